"""All readers together, on a folder that Trainer wrote."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from luthier.errors import RunError
from luthier.facts.report import Evidence
from luthier.failures._contract import PARTS
from luthier.stages.diagnose.foreign import NOT_THERE, of_folder
from luthier.stages.diagnose.readers.recorded import LOG


def test_a_real_run(trainer_run: Path, tiny_model: Path) -> None:
    """Everything that it left behind is read, and nothing else."""
    found = of_folder(trainer_run, tiny_model)
    there = {part for part in PARTS if getattr(found, part) is not None}

    assert there == {
        *("arguments", "plan", "trace", "validation", "model"),
        *("config", "weights", "tokenizer", "checkpoints", "optimiser", "siblings"),
    }
    assert found.trace is not None
    assert (len(found.trace), found.trace.interval, found.trace.finished) == (4, 1, True)
    assert found.checkpoints is not None
    assert found.checkpoints.safe is not None
    assert found.checkpoints.safe.name == "checkpoint-4"
    assert {source.part for source in found.sources} >= {"arguments", "trace", "config", "weights", "checkpoints"}


def test_what_is_missing_says_why(trainer_run: Path) -> None:
    """Each part is there, or has its reason."""
    found = of_folder(trainer_run)

    assert set(found.missing) == {part for part in PARTS if getattr(found, part) is None}
    assert all(found.missing.values())
    assert set(NOT_THERE) <= {field.name for field in fields(Evidence)}


def test_raw_log_without_steps(tmp_path: Path) -> None:
    """What the callback wrote goes before another log where it has steps, and is kept where there is no other log."""
    scores = {"name": "model", "split": "validation", "rows": 4, "scores": {}, "loss": 0.5}
    (tmp_path / LOG).write_text(json.dumps({"kind": "evaluation", "step": 7, **scores}) + "\n")
    alone = of_folder(tmp_path).trace
    (tmp_path / "log.csv").write_text("step,loss\n1,0.9\n2,0.8\n")
    beside = of_folder(tmp_path).trace

    assert alone is not None
    assert [step for step, _ in alone.evaluations] == [7]
    assert beside is not None
    assert beside.losses.tolist() == [0.9, 0.8]


def test_an_empty_folder(tmp_path: Path) -> None:
    """Nothing is there, and every part says so; that no runs of other seeds stand below is known all the same."""
    assert set(of_folder(tmp_path).missing) == PARTS - {"siblings"}


def test_no_folder(tmp_path: Path) -> None:
    """A name of nothing, or of a file."""
    (tmp_path / "file").write_text("")
    for name in ("nothing", "file"):
        with pytest.raises(RunError):
            of_folder(tmp_path / name)
