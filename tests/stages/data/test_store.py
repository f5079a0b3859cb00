"""Splits and profile, saved and loaded."""

from pathlib import Path

import pytest

from luthier.errors import RunError
from luthier.stages.data import store
from luthier.stages.data.profile import profile
from luthier.stages.data.read import read_rows
from luthier.stages.data.split import make_splits

ROWS = "text,label\n" + "".join(
    f"{word * 5} {n},{'ab'[n % 2]}\n" for n, word in enumerate("abcdefghijklmnopqrstuvwxyz")
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A run's data folder."""
    (tmp_path / "x.csv").write_text(ROWS)
    read = read_rows(str(tmp_path / "x.csv"))
    splits = make_splits(read).splits
    store.save(tmp_path / "run" / "data", splits, profile(read, splits))
    return tmp_path


def test_round_trip(saved: Path) -> None:
    """What is loaded equals what was saved, and nothing else lies there."""
    read = read_rows(str(saved / "x.csv"))
    splits = make_splits(read).splits

    loaded, facts = store.load(saved / "run" / "data")

    assert facts == profile(read, splits)
    assert loaded.origin == "made"
    assert all(loaded[name].equals(splits[name]) for name in ("train", "validation", "test"))
    assert sorted(path.name for path in (saved / "run" / "data").iterdir()) == [
        *("profile.json", "test.parquet", "train.parquet", "validation.parquet")
    ]


@pytest.mark.parametrize("name", ["train.parquet", "profile.json"])
@pytest.mark.parametrize("injury", ["gone", "cut"])
def test_damage(name: str, injury: str, saved: Path) -> None:
    """A missing or damaged file is an error of the run."""
    path = saved / "run" / "data" / name
    content = path.read_bytes()
    path.unlink()
    if injury == "cut":
        path.write_bytes(content[: len(content) // 2])

    with pytest.raises(RunError, match="cannot be read"):
        store.load(path.parent)


def test_no_folder_to_write(saved: Path) -> None:
    """A file in the place of the folder."""
    splits, facts = store.load(saved / "run" / "data")

    with pytest.raises(RunError):
        store.save(saved / "x.csv" / "data", splits, facts)
