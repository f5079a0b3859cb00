"""Checkpoints: what is kept, what is passed over, and that nothing is lost when a save fails."""

import errno
import os
import shutil
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from luthier.errors import RunError
from luthier.stages.train import checkpoint
from luthier.stages.train.checkpoint import Checkpoints, Position
from tests.stages.train.jobs import scored

FILES = ("weights.safetensors", "optimiser.safetensors", "state.json", "log.jsonl", "manifest.json")


def save(checkpoints: Checkpoints, step: int, best: int | None = None) -> None:
    """A checkpoint whose every value tells its step."""
    log = checkpoints.folder.parent / "log.jsonl"
    log.write_text(f"line of step {step}\n")
    position = Position(step, 99, ((step, scored("accuracy", step / 100)),), best)
    checkpoints.save(position, {"w": torch.full((3,), step)}, {"random": torch.full((3,), step)}, log)


@pytest.fixture
def three(tmp_path: Path) -> Checkpoints:
    """Saved at steps 2, 4 and 6, of which the newest two are kept."""
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    for step in (2, 4, 6):
        save(checkpoints, step)
    return checkpoints


def test_what_was_saved_comes_back(three: Checkpoints) -> None:
    """Position, weights, optimiser and log."""
    newest, passed_over = three.newest()

    assert newest is not None
    assert passed_over == []
    assert newest.position == Position(6, 99, ((6, scored("accuracy", 0.06)),))
    assert newest.weights["w"].tolist() == newest.optimiser["random"].tolist() == [6, 6, 6]
    assert newest.log == b"line of step 6\n"


def test_the_newest_two_are_kept(three: Checkpoints) -> None:
    """Older ones go."""
    assert three.steps() == [4, 6]


def test_the_best_is_kept(tmp_path: Path) -> None:
    """However old; and what the second newest calls the best, for a run that has to go back to it."""
    checkpoints = Checkpoints(tmp_path)
    for step, best in ((1, 1), (2, 1), (3, 1), (4, 4)):
        save(checkpoints, step, best)

    assert checkpoints.steps() == [1, 3, 4]
    save(checkpoints, 5, 4)
    assert checkpoints.steps() == [4, 5]


def test_nothing_yet(tmp_path: Path) -> None:
    """A run that was killed before its first checkpoint."""
    assert Checkpoints(tmp_path / "none").newest() == (None, [])


def test_nothing_is_pickled(three: Checkpoints) -> None:
    """Safetensors, JSON, and nothing else."""
    assert sorted(path.name for path in three.path(6).iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("injury", ["missing", "cut", "flipped", "swapped"])
def test_an_injured_file_is_named_and_the_older_one_taken(three: Checkpoints, name: str, injury: str) -> None:
    """Every file, in four ways."""
    path = three.path(6) / name
    raw = path.read_bytes()
    path.unlink()
    if injury == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    elif injury == "flipped":
        path.write_bytes(raw[:20] + bytes([raw[20] ^ 4]) + raw[21:] if len(raw) > 20 else bytes([raw[0] ^ 4]) + raw[1:])
    elif injury == "swapped":
        shutil.copyfile(three.path(4) / name, path)

    newest, (said,) = three.newest()
    assert newest is not None
    assert newest.position.done == 4
    assert said.startswith("step-00000006 is not usable: ")
    assert name in said


def test_an_empty_newer_folder_is_passed_over(three: Checkpoints) -> None:
    """And goes with the next save."""
    three.path(99).mkdir()

    newest, (said,) = three.newest()
    assert newest is not None
    assert newest.position.done == 6
    assert said.startswith("step-00000099 is not usable: manifest.json is missing")
    save(three, 8)
    assert three.steps() == [6, 8]


def test_a_lost_best_takes_what_builds_on_it_along(tmp_path: Path) -> None:
    """A run whose best weights are gone could not end in the weights that it was to reach."""
    checkpoints = Checkpoints(tmp_path)
    for step, best in ((1, 1), (2, 2), (3, 2)):
        save(checkpoints, step, best)
    (checkpoints.path(2) / "weights.safetensors").unlink()

    newest, said = checkpoints.newest()
    assert newest is None
    assert said == [
        "step-00000003 is not usable: its best, step-00000002: weights.safetensors is missing",
        "step-00000002 is not usable: weights.safetensors is missing",
    ]


def test_leftovers_are_tidied(three: Checkpoints) -> None:
    """What a killed save left goes at the next start."""
    (three.folder / ".staging-step-00000008-0123abcd").mkdir()

    assert Checkpoints(three.folder).steps() == [4, 6]
    assert len(list(three.folder.iterdir())) == 2


def test_saving_a_step_again_replaces_it(three: Checkpoints) -> None:
    """As a run does that went back to an older one."""
    save(three, 6, best=6)

    newest, _ = three.newest()
    assert newest is not None
    assert newest.position.best_step == 6


@pytest.mark.parametrize("error", [SafetensorError("I/O error"), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))])
@pytest.mark.parametrize("call", ["save_file", "copyfile"])
def test_a_save_that_fails_leaves_the_last_one(
    three: Checkpoints, monkeypatch: pytest.MonkeyPatch, error: Exception, call: str
) -> None:
    """Whoever fails, the error says where and how to go on."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(checkpoint if call == "save_file" else checkpoint.shutil, call, fail)
    with pytest.raises(RunError, match="step-00000008: cannot write") as told:
        save(three, 8)

    monkeypatch.undo()
    assert "luthier fit --resume" in told.value.next_step
    newest, passed_over = three.newest()
    assert newest is not None
    assert (newest.position.done, passed_over) == (6, [])
    assert len(list(three.folder.iterdir())) == 2


def test_reading_an_injured_one(three: Checkpoints) -> None:
    """Asked for by its step, as the best is at the end."""
    (three.path(6) / "state.json").unlink()

    with pytest.raises(RunError, match=r"step-00000006: the checkpoint is not usable: state\.json is missing"):
        three.read(6)


def test_a_state_of_another_version(three: Checkpoints) -> None:
    """Whole, but not what this version reads: told, not passed over in silence."""
    final = three.path(8)
    with checkpoint.staged_folder(final) as staging:
        (staging / "state.json").write_text('{"step": 8}')

    with pytest.raises(RunError, match="another version of Luthier"):
        three.newest()
