"""An attempt: the best checkpoint in the right direction, patience, the guard's stop, Ctrl-C, and going on."""

import itertools
import math
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from luthier.errors import RunError
from luthier.facts.event import Event
from luthier.facts.finding import Finding, Moment, Place
from luthier.facts.report import Evidence
from luthier.stages.train import attempt as module
from luthier.stages.train.attempt import Attempted, attempt
from luthier.stages.train.guard import Guard
from luthier.stages.train.loop import Training
from tests.stages.train.jobs import evidence_of, plan, same, scored, training_of, weights_of

Watch = Callable[[Event], None]


class Stop(Guard):
    """A guard that finds an error at one step."""

    def __init__(self, step: int = 0) -> None:
        super().__init__({})
        self._step = step

    def due(self, step: int) -> bool:
        """Every second step."""
        return step % 2 == 0

    def look(self, evidence: Evidence) -> tuple[Finding, ...]:
        """An error from that step on."""
        steps = 0 if evidence.trace is None else len(evidence.trace)
        found = Finding("loss_not_finite", Moment.DURING, "error", 1.0, {}, Place("step", step=4))
        return (found,) if self._step and steps >= self._step else ()


class Run:
    """Attempts in one folder. Validation scores come from a list, one per epoch; every process reads it anew."""

    def __init__(self, model: Path, folder: Path, scores: list[float], **train: object) -> None:
        values = {"metric": "accuracy", "epochs": float(len(scores)), "batch_size": 21, **train}
        self.plan = plan(**values)  # type: ignore[arg-type]
        self.model, self.folder, self.scores, self.said = model, folder, scores, list[str]()
        self.training: Training
        self.weights_at: dict[int, dict[str, torch.Tensor]] = {}

    def go(self, guard: Guard | None = None, watch: Watch | None = None) -> Attempted:
        """One process's part."""
        self.training = training = training_of(self.model, self.plan)
        torch.manual_seed(self.plan.seed)

        def evaluate() -> object:
            self.weights_at[training.done] = weights_of(training)
            return scored(self.plan.train.metric, self.scores[training.done // 2 - 1])

        def both(event: Event) -> None:
            self.said += [event.text] if event.kind == "notice" else []
            if watch:
                watch(event)

        (self.folder / "attempts").mkdir(parents=True, exist_ok=True)
        facts = evidence_of(self.plan)
        return attempt(training, self.folder / "attempts", guard or Stop(), facts, evaluate, both)  # type: ignore[arg-type]


@pytest.fixture
def run(tiny_model: Path, tmp_path: Path) -> Callable[..., Run]:
    """Makes runs in folders of their own."""
    numbers = itertools.count()

    def make(scores: list[float], **train: object) -> Run:
        return Run(tiny_model, tmp_path / str(next(numbers)), scores, **train)

    return make


@pytest.mark.parametrize(
    ("metric", "scores", "best"),
    [
        ("accuracy", [0.5, 0.9, 0.7], 4),
        ("log_loss", [0.5, 0.9, 0.7], 2),
        ("calibration_error", [0.5, 0.1, 0.7], 4),
        ("accuracy", [0.5, 0.5, 0.5], 2),
        ("accuracy", [math.nan, 0.1, math.nan], 4),
        ("log_loss", [math.nan, math.inf, 0.7], 6),
        ("log_loss", [math.nan, math.nan, math.nan], 6),
    ],
)
def test_the_best_is_kept(run: Callable[..., Run], metric: str, scores: list[float], best: int) -> None:
    """Higher or lower as the metric wants it, the first of equals, never one that is not a number."""
    made = run(scores, metric=metric)
    attempted = made.go()

    assert attempted.best_step == best
    assert same(weights_of(made.training), made.weights_at[best])
    assert attempted.trace.finished
    assert [step for step, _ in attempted.trace.evaluations] == [2, 4, 6]


def test_patience(run: Callable[..., Run]) -> None:
    """Two looks without a better score end it; a run that goes on after that has nothing to do."""
    made = run([0.5, 0.6, 0.6, 0.5, 0.9], patience=2)
    attempted = made.go()

    assert (len(attempted.trace), attempted.best_step, attempted.stopped_by) == (8, 4, None)
    assert "stopped early: no better accuracy in 2 looks" in made.said
    again = made.go()
    assert (len(again.trace), again.best_step) == (8, 4)


def test_no_patience(run: Callable[..., Run]) -> None:
    """Zero means never."""
    assert len(run([0.9, 0.1, 0.1, 0.1]).go().trace) == 8


def test_an_error_that_the_guard_sees_ends_it(run: Callable[..., Run]) -> None:
    """The trace says that it did not come to its end."""
    made = run([0.5, 0.6, 0.7])
    attempted = made.go(Stop(4))

    assert attempted.stopped_by is not None
    assert (len(attempted.trace), attempted.trace.finished) == (4, False)
    assert "stopped at step 4: loss_not_finite" in made.said


def test_a_kill_does_not_outrun_the_guard(run: Callable[..., Run]) -> None:
    """Killed between the checkpoint and the stop: who goes on stops at the same step."""
    made = run([0.5, 0.6, 0.7])

    def killed(event: Event) -> None:
        if event.text.startswith("stopped at step 4"):
            raise SystemExit

    with pytest.raises(SystemExit):
        made.go(Stop(4), killed)
    attempted = made.go(Stop(4))
    assert "resumed at step 4 of 6" in made.said
    assert attempted.stopped_by is not None
    assert len(attempted.trace) == 4


@pytest.mark.parametrize("save_every", [0, 1, 3])
@pytest.mark.parametrize("step", [1, 4, 5])
def test_going_on_ends_in_the_same_weights(run: Callable[..., Run], save_every: int, step: int) -> None:
    """Torn down at any step without a clean-up; log and weights as if nothing had happened."""
    whole, torn = (run([0.5, 0.7, 0.6], save_every=save_every, word_dropout=0.2) for _ in range(2))
    expected = whole.go()

    def tear(event: Event) -> None:
        if event.kind == "progress" and event.done == step:
            raise SystemExit

    with pytest.raises(SystemExit):
        torn.go(watch=tear)
    found = torn.go()

    assert same(weights_of(torn.training), weights_of(whole.training))
    assert found.trace.losses.tolist() == expected.trace.losses.tolist()
    assert found.best_step == expected.best_step == 4


def test_a_damaged_log_is_put_back(run: Callable[..., Run]) -> None:
    """The checkpoint holds its own."""
    made = run([0.5, 0.7, 0.6])
    expected = made.go()
    log = made.folder / "attempts" / "log.jsonl"
    log.write_bytes(b"\x00" * 100)

    assert made.go().trace.losses.tolist() == expected.trace.losses.tolist()
    log.unlink()
    assert made.go().trace.losses.tolist() == expected.trace.losses.tolist()


def test_injured_checkpoints_are_told(run: Callable[..., Run]) -> None:
    """Down to the last one, after which training starts from the beginning, to the same weights."""
    made = run([0.5, 0.7, 0.6])
    made.go()
    expected = weights_of(made.training)
    folders = sorted((made.folder / "attempts" / "checkpoints").iterdir())
    for folder in folders:
        (folder / "optimiser.safetensors").write_bytes(b"")
    made.go()

    told = [line for line in made.said if "is not usable" in line]
    assert len(told) >= len(folders)
    assert all("optimiser.safetensors" in line for line in told)
    assert "no checkpoint is usable: training starts from the beginning" in made.said
    assert same(weights_of(made.training), expected)


def test_a_best_that_is_hurt_in_the_end_is_told(run: Callable[..., Run]) -> None:
    """While the run is alive: it stops with the word how to go on, and who goes on gets there."""
    made = run([0.5, 0.7, 0.6])

    def hurt(event: Event) -> None:
        if event.kind == "progress" and event.done == 6:
            (made.folder / "attempts" / "checkpoints" / "step-00000004" / "weights.safetensors").unlink()

    with pytest.raises(RunError, match=r"step-00000004: the checkpoint is not usable: weights\.safetensors is missing"):
        made.go(watch=hurt)
    assert made.go().best_step == 4


@pytest.mark.parametrize("step", [1, 2, 3])
def test_ctrl_c_saves_and_goes_on(run: Callable[..., Run], step: int) -> None:
    """A checkpoint of that very step, then the same weights."""
    whole, stopped = (run([0.5, 0.7, 0.6], word_dropout=0.2) for _ in range(2))
    whole.go()

    def press(event: Event) -> None:
        if event.kind == "progress" and event.done == step:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        stopped.go(watch=press)
    stopped.go()

    assert f"resumed at step {step} of 6" in stopped.said
    assert same(weights_of(stopped.training), weights_of(whole.training))


def test_a_disk_that_fills_up(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    """Training stops with the word how to go on; the checkpoint before is taken."""
    made = run([0.5, 0.7, 0.6])
    monkeypatch.setattr(module.Log, "sync", _fail_at(made, 4, module.Log.sync))

    with pytest.raises(RunError, match="no space"):
        made.go()
    monkeypatch.undo()
    made.go()
    assert "resumed at step 2 of 6" in made.said


def _fail_at(made: Run, step: int, sync: Callable[[module.Log], None]) -> Callable[[module.Log], None]:
    def fail(log: module.Log) -> None:
        if made.training.done == step:
            raise RunError("no space")
        sync(log)

    return fail
