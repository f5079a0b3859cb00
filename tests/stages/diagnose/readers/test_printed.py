"""Numbers in saved console output."""

from pathlib import Path

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.trace import Trace
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import log


def read(folder: Path, text: str, arguments: Arguments | None = None) -> tuple[Trace, list[str]]:
    """The trace of a console, and the notes of the diary."""
    (folder / "train.log").write_text(text)
    home = Home(folder)
    trace = log.read(home, arguments)
    assert trace is not None
    return trace, [source.note for source in home.sources if source.note]


def line(loss: str, epoch: float, quote: str = "'") -> str:
    """What Trainer prints: numbers in quotes since Transformers 5, bare before."""
    return f"{{'loss': {quote}{loss}{quote}, 'grad_norm': {quote}1.5{quote}, 'epoch': {quote}{epoch}{quote}}}\n"


EVALUATED = "{'eval_loss': '0.5', 'eval_accuracy': '0.8', 'eval_runtime': '2', 'epoch': '1'}\n"
ENDED = "{'train_runtime': '9', 'train_loss': '0.7', 'epoch': '2'}\n"


@pytest.mark.parametrize("quote", ["'", ""])
def test_steps_from_the_settings(tmp_path: Path, quote: str) -> None:
    """With logging_steps at hand the steps are known; the evaluation stands at the step of its epoch."""
    text = line("0.9", 0.5, quote) + line("0.8", 0.9, quote) + EVALUATED + line("0.7", 1.5, quote) + ENDED
    arguments = Arguments("TrainingArguments", "transformers", {"logging_steps": 25, "logging_strategy": "steps"})
    trace, notes = read(tmp_path, text, arguments)

    assert trace.steps.tolist() == [25, 50, 75]
    assert trace.losses.tolist() == [0.9, 0.8, 0.7]
    assert trace.grad_norms["all"].tolist() == [1.5] * 3
    assert [(step, one.score("accuracy")) for step, one in trace.evaluations] == [(56, 0.8)]
    assert (trace.finished, trace.filtered, notes) == (True, True, [])


def test_the_first_step_logged_too(tmp_path: Path) -> None:
    """logging_first_step puts one entry in front."""
    arguments = Arguments("", "transformers", {"logging_steps": 10, "logging_first_step": True})
    trace, _ = read(tmp_path, line("0.9", 0.1) + line("0.8", 1) + line("0.7", 2), arguments)

    assert trace.steps.tolist() == [1, 10, 20]


def test_steps_from_the_epochs(tmp_path: Path) -> None:
    """The console's own plan tells the steps."""
    head = "  Num Epochs = 2\n  Total optimization steps = 1,000\n"
    trace, notes = read(tmp_path, head + line("0.9", 0.5) + line("0.8", 1.0))

    assert trace.steps.tolist() == [250, 500]
    assert (trace.total_steps, trace.steps_per_epoch, notes) == (1000, 500, ["steps from the epochs"])


def bar(step: int, total: int = 60) -> str:
    """A progress bar as tqdm draws it."""
    return f"\r {100 * step // total}%|##   | {step}/{total} [00:01<00:10, 55.39it/s]"


def test_steps_from_the_bar_behind(tmp_path: Path) -> None:
    """Transformers 5 draws the bar anew after an entry; bars of other loops do not count."""
    text = bar(99, 99) + bar(0)
    for step in (10, 20, 30):
        text += f"\n{line('0.5', step / 20)}\n{bar(step)}{bar(step + 4)}\n{bar(7, 7)}"
    trace, notes = read(tmp_path, text)

    assert trace.steps.tolist() == [10, 20, 30]
    assert (trace.total_steps, trace.interval, notes) == (60, 10, ["steps from the progress bar"])


def test_steps_from_the_bar_in_front(tmp_path: Path) -> None:
    """Transformers 4 printed the entry behind the bar and drew it anew some steps later."""
    text = "".join(f"{bar(step)}{line('0.5', step / 20)}{bar(step + 3 + step // 10)}\n" for step in (10, 20, 30))
    trace, _ = read(tmp_path, text)

    assert trace.steps.tolist() == [10, 20, 30]
    assert trace.steps_per_epoch == 20


def test_no_steps_at_all(tmp_path: Path) -> None:
    """Entries are counted where nothing tells their steps, and the diary says so."""
    trace, notes = read(tmp_path, line("nan", 0.5, "") + line("inf", 1.0, ""))

    assert trace.steps.tolist() == [1, 2]
    assert [str(loss) for loss in trace.losses] == ["nan", "inf"]
    assert (trace.steps_per_epoch, trace.total_steps) == (0, 0)
    assert notes == ["it tells no steps; the entries are counted"]


def test_the_last_run(tmp_path: Path) -> None:
    """A console of two runs gives the last one."""
    trace, notes = read(tmp_path, line("0.9", 1) + line("0.8", 2) + ENDED + line("0.7", 1))

    assert trace.losses.tolist() == [0.7]
    assert "the last of 2 runs in it" in notes


def test_json_lines_in_a_console(tmp_path: Path) -> None:
    """Objects that a script prints as JSON count as well, with the steps that they name."""
    trace, _ = read(tmp_path, 'INFO {"step": 3, "loss": 0.5}\nINFO {"step": 6, "loss": 0.25}\n')

    assert (trace.steps.tolist(), trace.losses.tolist()) == ([3, 6], [0.5, 0.25])


def test_a_console_of_windows(tmp_path: Path) -> None:
    """PowerShell writes UTF-16."""
    (tmp_path / "train.log").write_bytes(line("0.5", 1).encode("utf-16"))
    trace = log.read(Home(tmp_path), None)

    assert trace is not None
    assert trace.losses.tolist() == [0.5]


def test_a_console_without_losses(tmp_path: Path) -> None:
    """Other dictionaries and plain words are no log."""
    (tmp_path / "train.log").write_text("{'learning_rate': 5e-05, 'seed': 1}\n{'a': {'b': 1}}\nloss 0.5\n")

    assert log.read(Home(tmp_path), None) is None
