"""Runs of several seeds below one folder."""

import json
from pathlib import Path

import pytest

from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.siblings import read


def scores(folder: Path, accuracy: float, file: str = "eval_results.json") -> None:
    """Scores as scripts save them."""
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(json.dumps({"eval_loss": 0.3, "eval_accuracy": accuracy, "epoch": 3.0}))


@pytest.mark.parametrize("names", [("seed-13", "seed-42"), ("run_0", "run_1"), ("bert-seed7", "bert-seed100")])
def test_runs(names: tuple[str, str], tmp_path: Path) -> None:
    """Named by seed or number, in the order of these."""
    for name, value in zip(names, (0.8, 0.9), strict=True):
        scores(tmp_path / name, value)
    scores(tmp_path, 0.9)
    found = read(Home(tmp_path))

    assert [(one.name, one.scores) for one in found.runs] == [
        (names[0], {"accuracy": 0.8}),
        (names[1], {"accuracy": 0.9}),
    ]
    assert (found.reported, found.source) == ({"accuracy": 0.9}, "eval_results.json")


def test_card(tmp_path: Path) -> None:
    """Scores at the top may stand in the model card."""
    for seed in (1, 2):
        scores(tmp_path / f"seed{seed}", 0.8, "all_results.json")
    (tmp_path / "README.md").write_text("It achieves the following results on the evaluation set:\n- Accuracy: 0.8\n")
    found = read(Home(tmp_path))

    assert (found.reported, found.source) == ({"accuracy": 0.8}, "README.md")


def test_none(tmp_path: Path) -> None:
    """One run, checkpoints, folders of other names or without scores."""
    scores(tmp_path / "seed-1", 0.8)
    scores(tmp_path / "checkpoint-10", 0.8)
    scores(tmp_path / "old", 0.8)
    (tmp_path / "seed-2").mkdir()

    assert read(Home(tmp_path)).runs == ()
