"""Which folders `datasets` or the hub wrote."""

from pathlib import Path

import pytest

from luthier.stages.data.formats._folder import data_files, is_hugging_face


@pytest.mark.parametrize(
    ("files", "is_one"),
    [
        (["state.json", "data-00000-of-00001.arrow"], True),
        (["dataset_dict.json"], True),
        (["data/train-0.parquet", "README.md"], True),
        (["train.csv", "test.csv"], False),
        (["train.csv", "old/train.csv"], False),
        (["notes.md"], False),
    ],
)
def test_marks(files: list[str], is_one: bool, tmp_path: Path) -> None:
    """By its marks, or by data files only in folders below."""
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")

    assert is_hugging_face(tmp_path) == is_one


def test_data_files(tmp_path: Path) -> None:
    """In order of name; settings, scripts and hidden folders are left out."""
    for name in ("b/test.csv", "a/train.parquet", "state.json", "x.py", ".cache/train.csv", "c.jsonl.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")

    assert [one.relative_to(tmp_path).as_posix() for one in data_files(tmp_path)] == [
        "a/train.parquet",
        "b/test.csv",
        "c.jsonl.gz",
    ]
