"""Whole runs that are killed and go on: a quick part of `python -m benchmarks.crash`.

Real SIGKILL in forked children, a tiny model, and byte-for-byte equal results.
"""

import os
import signal
from pathlib import Path

import pytest

from benchmarks.crash.child import BATCH_DONE, SAVING, STEP_STARTS, kill_self, run
from benchmarks.crash.injuries import every_injury, try_injury
from benchmarks.crash.matrix import When, kill_once
from benchmarks.crash.scene import Scene, Stage, difference
from luthier.cli.main import main
from luthier.errors import RunError
from luthier.run import resume

AUGMENTED = Scene(word_dropout=0.2, save_every=2)
INJURIES = {
    injury.name: injury
    for injury in every_injury()
    if injury.name
    in {
        "optimiser.safetensors missing",
        "weights.safetensors one bit flipped",
        "manifest.json of another checkpoint",
        "empty newer folder",
        "every checkpoint cut",
        "data/train.parquet one bit flipped",
        "plan.yaml one bit flipped",
        "pretrained weights one bit flipped",
    }
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Rows and a tiny model."""
    return Stage(tmp_path_factory.mktemp("stage"))


@pytest.mark.parametrize(
    ("scene", "when"),
    [
        (AUGMENTED, When("start", STEP_STARTS, 0)),
        (AUGMENTED, When("within accumulation", BATCH_DONE, 10)),
        (AUGMENTED, When("while saving a checkpoint", SAVING, 10)),
        (AUGMENTED, When("before the plan", "plan")),
        (AUGMENTED, When("before the report", "report")),
        (Scene("frozen_body", save_every=0), When("end of an epoch", STEP_STARTS, 12)),
        (Scene("top_layers", workers=2, save_every=2), When("within an epoch", STEP_STARTS, 9)),
    ],
    ids=lambda value: value.name,
)
def test_killed_and_gone_on(stage: Stage, scene: Scene, when: When) -> None:
    """Model, predictions, weights and optimiser as in the undisturbed run, tolerance 0."""
    assert kill_once(stage, scene, when) == ""


@pytest.fixture(scope="module")
def stopped(stage: Stage) -> Path:
    """A run killed at its eleventh step."""
    ended = run(
        stage.request(AUGMENTED, "stopped"),
        hook=lambda what, steps: kill_self() if (what, steps) == (STEP_STARTS, 11) else None,
    ).wait()
    assert ended.status == -signal.SIGKILL
    return stage.folder / "stopped"


@pytest.mark.parametrize("name", INJURIES)
def test_injured(stage: Stage, stopped: Path, name: str) -> None:
    """Named with its file; an older checkpoint, or a refusal, and the same weights."""
    assert try_injury(stage, stopped, INJURIES[name]) == ""


def test_a_finished_run_does_not_go_on(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says where the report is, with exit status 2, and changes nothing."""
    folder = stage.undisturbed(AUGMENTED)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    with pytest.raises(RunError, match="this run is finished"):
        resume(str(folder))
    assert main(["fit", "--resume", str(folder)]) == 2
    assert str(folder / "report.html") in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_ctrl_c(stage: Stage) -> None:
    """The run stops with a checkpoint of that step and names itself; it goes on to the same weights."""
    request = stage.request(AUGMENTED, "interrupted")

    def press(what: str, steps: int) -> None:
        if (what, steps) == (STEP_STARTS, 8):
            os.kill(os.getpid(), signal.SIGINT)

    ended = run(request, hook=press).wait()
    assert (ended.status, ended.said[-1]) == (130, f"interrupted: ('{request.out}',)")
    again = run(request).wait()
    assert (again.status, again.resumed_at) == (0, 9)
    assert difference(Path(request.out or ""), stage.undisturbed(AUGMENTED)) == ""
