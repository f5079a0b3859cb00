"""What a person sees while a command works."""

import io

import pytest

from luthier.cli.bars import Bars
from luthier.cli.lines import Lines, numbers
from luthier.cli.watch import watching
from luthier.facts.event import Event


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.fixture
def clock() -> Clock:
    """A clock at rest."""
    return Clock()


def test_lines_come_now_and_then(clock: Clock) -> None:
    """98 steps of a second each are a line every five seconds with the time left, and one at the end."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    lines(Event("stage", "train", "full tuning, 98 steps"))
    for step in range(1, 99):
        clock.now += 1.0
        lines(Event("progress", "train", done=step, total=98, numbers={"loss": 0.51234, "step": step}))

    shown = stream.getvalue().splitlines()
    assert shown[0] == "train: full tuning, 98 steps"
    assert len(shown) == 1 + 19 + 1
    assert shown[1] == "train: 5 of 98, 1 min 33 s left, loss 0.512, step 5"
    assert shown[-1] == "train: 98 of 98, done, loss 0.512, step 98"


def test_long_work_tells_less_often(clock: Clock) -> None:
    """An hour of steps of a second each is told in a hundred lines, not in seven hundred."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    for step in range(1, 3_601):
        clock.now += 1.0
        lines(Event("progress", "train", done=step, total=3_600))

    assert 50 < len(stream.getvalue().splitlines()) < 120


def test_another_stage_in_between(clock: Clock) -> None:
    """Scoring in the middle of training does not make training look faster than it is."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    lines(Event("stage", "train"))
    clock.now += 50
    lines(Event("progress", "train", done=50, total=100))
    lines(Event("notice", "evaluate", "macro_f1 0.9"))
    clock.now += 10
    lines(Event("progress", "train", done=60, total=100))

    assert stream.getvalue().splitlines()[-1] == "train: 60 of 100, 40 s left"


def test_a_run_that_goes_on(clock: Clock) -> None:
    """What was done before the stop does not count as speed."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    lines(Event("progress", "train", done=50, total=100))
    clock.now += 10
    lines(Event("progress", "train", done=55, total=100))

    assert stream.getvalue() == "train: 55 of 100, 1 min 30 s left\n"


def test_quick_work_is_silent(clock: Clock) -> None:
    """What takes a moment moves no line."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    for step in range(1, 11):
        lines(Event("progress", "read", done=step, total=10))

    assert stream.getvalue() == ""


def test_a_new_stage_starts_its_own_clock(clock: Clock) -> None:
    """Time left is that of the stage, not of the command."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    lines(Event("stage", "read"))
    clock.now += 1_000
    lines(Event("stage", "train"))
    clock.now += 10
    lines(Event("progress", "train", "epoch 1:", done=5, total=10))

    assert stream.getvalue() == "train: epoch 1: 5 of 10, 10 s left\n"


def test_unknown_length(clock: Clock) -> None:
    """Without a total there is a count and no promise."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    lines(Event("stage", "read"))
    clock.now += 6
    lines(Event("progress", "read", "rows", done=120_000))

    assert stream.getvalue() == "read: rows 120,000\n"


def test_findings_stand_out(clock: Clock) -> None:
    """Notices and findings are told at once."""
    stream = io.StringIO()
    lines = Lines(stream, clock)
    lines(Event("notice", "plan", "3 epochs"))
    lines(Event("finding", "train", "the loss is not finite"))

    assert stream.getvalue() == "plan: 3 epochs\ntrain: ! the loss is not finite\n"


def test_no_terminal_no_bars() -> None:
    """A stream that is no terminal gets lines."""
    stream = io.StringIO()

    with watching(stream) as watch:
        watch(Event("notice", "plan", "hello"))

    assert stream.getvalue() == "plan: hello\n"


def test_bars_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets a bar with the numbers beside it; what is told stays, the bar goes."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()

    with watching(stream) as watch:
        assert isinstance(watch, Bars)
        watch(Event("stage", "train", "full tuning [bold]"))
        watch(Event("progress", "train", "epoch 1", done=40, total=100, numbers={"loss": 0.5}))
        watch.refresh()
        watch(Event("finding", "train", "the loss is not finite"))
        watch(Event("progress", "evaluate", "scoring", done=1, total=0))
        watch.refresh()
        watch(Event("progress", "train", "epoch 1", done=41, total=100))
        watch.refresh()

    shown = stream.getvalue()
    assert "full tuning [bold]" in shown
    assert "40/100" in shown
    assert shown.index("scoring") < shown.index("41/100")
    assert "loss 0.5" in shown
    assert "the loss is not finite" in shown


def test_numbers() -> None:
    """Three digits are enough beside a bar."""
    assert (
        numbers({"loss": 0.123456, "rate": 4.2e-05, "rows": 12, "at": "x"}) == "loss 0.123, rate 4.2e-05, rows 12, at x"
    )
