"""What happens to files and to weights."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from luthier.errors import LuthierError
from luthier.scenes.injuries import CHANGES, changed, injure, save

WEIGHTS = {"body.weight": np.full((2, 3), 2.0, np.float32), "head.bias": np.full(3, 3.0, np.float32)}
BASE = {"body.weight": np.zeros((2, 3), np.float32)}


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A checkpoint of three files."""
    folder = tmp_path / "checkpoint-5"
    folder.mkdir()
    (folder / "optimizer.pt").write_bytes(bytes(100))
    (folder / "trainer_state.json").write_text('{"global_step": 5}')
    save(folder / "model.safetensors", WEIGHTS)
    return folder


def test_files(checkpoint: Path) -> None:
    """Cut in half, garbled, another step, gone."""
    injure(checkpoint, ("cut optimizer.pt", "step 9", "nan weights"))

    assert (checkpoint / "optimizer.pt").stat().st_size == 50
    assert json.loads((checkpoint / "trainer_state.json").read_text()) == {"global_step": 9}
    assert all(np.isnan(weight).sum() == 1 for weight in load_file(checkpoint / "model.safetensors").values())

    injure(checkpoint, ("garbled optimizer.pt", "missing trainer_state.json"))

    assert b"garbled" in (checkpoint / "optimizer.pt").read_bytes()
    assert not (checkpoint / "trainer_state.json").exists()


def test_empty_folder(checkpoint: Path, tmp_path: Path) -> None:
    """Emptied, and made where it is not there."""
    for folder in (checkpoint, tmp_path / "checkpoint-9"):
        injure(folder, ("empty folder",))

        assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("zero", [0.0] * 6),
        ("base", [0.0] * 6),
        ("constant", [0.5] * 6),
        ("nan", [np.nan, *[2.0] * 5]),
        ("infinite", [np.inf, *[2.0] * 5]),
        ("empty", []),
        ("half", [2.0] * 6),
    ],
)
def test_weights(what: str, expected: list[float]) -> None:
    """The tensor that is named changes, the others stay, and the original is not touched."""
    left = changed(WEIGHTS, BASE, {"body": what})

    np.testing.assert_equal(left["body.weight"].reshape(-1).astype(float), np.array(expected))
    np.testing.assert_equal(left["head.bias"], WEIGHTS["head.bias"])
    assert WEIGHTS["body.weight"].sum() == 12
    assert what in {*CHANGES, "base"}


def test_missing_weights() -> None:
    """A tensor that was not saved, and one that was saved under another name."""
    assert set(changed(WEIGHTS, BASE, {"head": "wrapped"})) == {"body.weight", "_orig_mod.head.bias"}
    assert set(changed(WEIGHTS, BASE, {"head": "missing"})) == {"body.weight"}


@pytest.mark.parametrize("changes", [{"tail": "zero"}, {"head": "melted"}])
def test_unknown_changes(changes: dict[str, str]) -> None:
    """A misspelt name changes nothing, so it is an error."""
    with pytest.raises(LuthierError):
        changed(WEIGHTS, BASE, changes)


def test_unknown_injury(checkpoint: Path) -> None:
    """A misspelt injury hurts nothing, so it is an error."""
    with pytest.raises(LuthierError, match="no injury"):
        injure(checkpoint, ("crushed optimizer.pt",))
