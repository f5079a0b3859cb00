"""What every format keeps."""

from pathlib import Path
from types import ModuleType

import pytest

from luthier.errors import RegistryError
from luthier.stages.data.formats._contract import all_formats, load, suffix


def test_formats() -> None:
    """The formats that are promised are there."""
    assert set(all_formats()) == {
        *("delimited", "fasttext", "hub", "hugging_face", "json", "jsonl", "parquet", "split_folder"),
    }


NAMES = (
    "a.csv",
    "a.tsv.gz",
    "a.tab",
    "a.txt",
    "b.txt",
    "a.json",
    "a.jsonl.gz",
    "a.ndjson",
    "a.parquet",
    "a.arrow",
    "a.ft",
)


@pytest.mark.parametrize("name", NAMES)
def test_one_format_recognises(name: str, tmp_path: Path) -> None:
    """No file is claimed twice."""
    (tmp_path / name).write_text("__label__x y\n" if name == "b.txt" else "text\tlabel\n")

    assert len([one.id for one in all_formats().values() if one.recognises(tmp_path / name)]) == 1


def test_suffix() -> None:
    """A final .gz is not the suffix."""
    assert [suffix(Path(name)) for name in ("A.CSV", "a.b.csv.gz", "a", "a.gz")] == [".csv", ".csv", "", ""]


def test_broken_plug_in() -> None:
    """A module without its parts is refused."""
    with pytest.raises(RegistryError, match="format x has no SAYS"):
        load("formats", "x", ModuleType("x"))
