"""The first rows, whatever holds them."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from luthier.errors import InputError
from luthier.stages.data.peek import first_rows

ROWS = [{"source": f"source {i}", "target": f"target {i}"} for i in range(5)]
LINES = "\n".join(json.dumps(row) for row in ROWS)


def write(folder: Path, name: str) -> Path:
    """The rows in a format that the name tells."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".parquet"):
        pyarrow.parquet.write_table(pa.Table.from_pylist(ROWS), path)
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress(LINES.encode()))
    elif name.endswith(".jsonl"):
        path.write_text(LINES)
    elif name.endswith(".json"):
        path.write_text(json.dumps(ROWS))
    else:
        path.write_text("source,target\n" + "\n".join(",".join(row.values()) for row in ROWS))
    return path


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.json", "x.parquet"])
def test_files(tmp_path: Path, name: str) -> None:
    """The first rows of each format."""
    assert list(first_rows(write(tmp_path, name), 2)) == ROWS[:2]


def test_nested_values(tmp_path: Path) -> None:
    """What JSON lines hold besides text is kept."""
    (tmp_path / "x.jsonl").write_text(json.dumps({"messages": [{"role": "user"}]}))

    assert first_rows(tmp_path / "x.jsonl") == ({"messages": [{"role": "user"}]},)


@pytest.mark.parametrize("name", ["train.jsonl", "train/data.jsonl", "data.jsonl"])
def test_folders(tmp_path: Path, name: str) -> None:
    """The training file, or the only one."""
    write(tmp_path, name)
    if "train" in name:
        (tmp_path / "a-test.jsonl").write_text('{"other": "rows"}')

    assert list(first_rows(tmp_path, 5)) == ROWS


def test_does_not_read_on(tmp_path: Path) -> None:
    """A line that is broken far behind is not seen."""
    (tmp_path / "x.jsonl").write_text(f"{LINES}\nbroken")

    assert list(first_rows(tmp_path / "x.jsonl", 5)) == ROWS


@pytest.mark.parametrize("name", ["missing.jsonl", "empty", "broken.parquet", "mark.csv"])
def test_refused(tmp_path: Path, name: str) -> None:
    """What cannot be read is the user's to correct."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    (tmp_path / "mark.csv").write_bytes(b"\xef\xbb\xbf")

    with pytest.raises(InputError) as caught:
        first_rows(tmp_path / name)
    assert caught.value.where
    assert caught.value.next_step
