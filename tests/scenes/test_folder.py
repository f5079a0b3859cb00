"""Folders of healthy runs, written as other tools write them."""

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from safetensors.numpy import load_file

from luthier.facts.scene import Folder, RunScene
from luthier.scenes.folder import act, write

FOLDERS = get_args(Folder)
CHECKPOINT = {"optimizer.pt", "rng_state.pth", "scheduler.pt", "trainer_state.json", "training_args.yaml"}


def digest(folder: Path) -> dict[str, str]:
    """Name to hash of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def state(folder: Path) -> dict[str, object]:
    """trainer_state.json of a folder."""
    return json.loads((folder / "trainer_state.json").read_text())  # type: ignore[no-any-return]


@pytest.mark.parametrize("folder", FOLDERS)
def test_same_scene_same_bytes(folder: Folder, tmp_path: Path) -> None:
    """Nothing in it depends on the time or on what was written before."""
    for name in ("one", "two"):
        write(RunScene(folder, base=True), tmp_path / name)

    assert digest(tmp_path / "one") == digest(tmp_path / "two")


@pytest.mark.parametrize("folder", FOLDERS)
def test_files(folder: Folder, tmp_path: Path) -> None:
    """Two checkpoints with everything that a resume needs; model, state and scores at the top."""
    run = write(RunScene(folder), tmp_path).run
    top = {path.name for path in run.iterdir()}
    checkpoints = sorted(run.glob("checkpoint-*"))

    assert {"tokenizer.json", "tokenizer_config.json", "all_results.json", "eval_results.json"} <= top
    assert len(checkpoints) == 2
    for checkpoint in checkpoints:
        files = {path.name for path in checkpoint.iterdir()}
        assert files >= CHECKPOINT
        assert {"model.safetensors", "adapter_model.safetensors"} & files
    assert not any(path.suffix in (".bin", ".pkl") for path in run.rglob("*"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_quick(folder: Folder, tmp_path: Path) -> None:
    """A scene is acted in less than a second, at the second or third time at the latest."""
    seconds = []
    for number in range(3):
        began = time.perf_counter()
        act(RunScene(folder), tmp_path / str(number))
        seconds.append(time.perf_counter() - began)

    assert min(seconds) < 1


def test_the_best_is_kept(tmp_path: Path) -> None:
    """The checkpoint with the best score, and its weights at the top."""
    scene = RunScene(log={"overfit_from": 120}, arguments={"metric_for_best_model": "loss", "greater_is_better": False})
    run = write(scene, tmp_path).run
    tensors = [load_file(one / "model.safetensors") for one in (run, run / "checkpoint-120", run / "checkpoint-300")]

    assert state(run)["best_global_step"] == 120
    assert state(run)["best_model_checkpoint"] == "out/checkpoint-120"
    assert np.array_equal(tensors[0]["classifier.weight"], tensors[1]["classifier.weight"])
    assert not np.array_equal(tensors[0]["classifier.weight"], tensors[2]["classifier.weight"])


def test_a_killed_run(tmp_path: Path) -> None:
    """Checkpoints, and nothing at the top."""
    run = write(RunScene(log={"stop": 130}), tmp_path).run

    assert sorted(path.name for path in run.iterdir()) == ["checkpoint-120", "checkpoint-60"]
    assert state(run / "checkpoint-120")["global_step"] == 120


def test_nan_reaches_what_was_saved_after_it(tmp_path: Path) -> None:
    """Checkpoints from the accident on hold NaN; the best one, from before it, is whole."""
    acted = act(RunScene(log={"nan_from": 290}), tmp_path)

    assert acted.evidence.checkpoints is not None
    assert [one.resumes for one in acted.evidence.checkpoints.all] == [True, False]
    assert acted.evidence.weights is not None
    assert acted.evidence.weights.not_finite == ()


def test_changes(tmp_path: Path) -> None:
    """Each part of the scene changes its own file; None takes a value or a file away."""
    scene = RunScene(
        "causal",
        arguments={"learning_rate": 1.0, "packing": None},
        state={"best_metric": 7.0},
        config={"pad_token_id": None, "vocab_size": 5},
        generation={"max_new_tokens": 3},
        tokenizer={"padding_side": "left"},
        console="Traceback\n",
        files={"notes/a.txt": "text", "all_results.json": None},
    )
    run = write(scene, tmp_path).run
    read = {path.name: json.loads(path.read_text()) for path in run.glob("*.json")}

    assert "learning_rate: 1.0" in (run / "training_args.yaml").read_text()
    assert "packing:" not in (run / "training_args.yaml").read_text()
    assert state(run)["best_metric"] == 7.0
    assert "pad_token_id" not in read["config.json"]
    assert read["config.json"]["vocab_size"] == 5
    assert read["generation_config.json"]["max_new_tokens"] == 3
    assert read["tokenizer_config.json"]["padding_side"] == "left"
    assert (run / "train.log").read_text() == "Traceback\n"
    assert (run / "notes" / "a.txt").read_text() == "text"
    assert "all_results.json" not in read


def test_a_base_beside(tmp_path: Path) -> None:
    """The model before the tuning: no tensor is equal, unless the scene says so."""
    scene = RunScene(base=True)
    moved = act(scene, tmp_path / "moved").evidence.weights
    kept = act(replace(scene, weights={"bert.": "base"}), tmp_path / "kept").evidence.weights

    assert moved is not None
    assert kept is not None
    assert moved.unchanged == ()
    assert moved.compared == 39
    assert len(kept.unchanged or ()) == 39


def test_rows_beside(tmp_path: Path) -> None:
    """They are read with the run's own tokenizer, cut where it cuts, and are not split."""
    evidence = act(RunScene(rows="topics", options={"header": 200}), tmp_path).evidence

    assert evidence.data is not None
    assert evidence.data.rows == {"train": 240, "validation": 0, "test": 0}
    assert evidence.data.split_origin == "given"
    assert evidence.data.lengths["train"].max_tokens == 128
    assert evidence.data.lengths["train"].rows_cut == 240
    assert evidence.plan is not None
    assert evidence.plan.model.max_tokens == 128
