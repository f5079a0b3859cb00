"""The shapes of JSON that are rows."""

import gzip
import json
from pathlib import Path

import pytest

from luthier.stages.data.formats import json as format_
from luthier.stages.data.formats._contract import UNSPLIT

ROWS = [{"text": "one", "label": 0}, {"text": "two", "label": 1}]


def read(tmp_path: Path, value: object, indent: int | None = None) -> dict[str, list[dict[str, object]]]:
    """Part to rows."""
    path = tmp_path / "x.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=indent))
    return {part: table.to_pylist() for part, table in format_.read(path).parts.items()}


@pytest.mark.parametrize(
    "value",
    [
        ROWS,
        {"data": ROWS, "version": "1"},
        {"text": ["one", "two"], "label": [0, 1]},
        {"text": {"0": "one", "1": "two"}, "label": {"0": 0, "1": 1}},
        "\n".join(map(json.dumps, ROWS)),
    ],
    ids=["list", "one list in an object", "columns", "columns by index", "lines"],
)
def test_shapes(value: object, tmp_path: Path) -> None:
    """Each gives the same two rows, numbers as text."""
    found = read(tmp_path, value)[UNSPLIT]

    assert [(row["extra:text"], row["extra:label"]) for row in found] == [("one", "0"), ("two", "1")]


def test_splits(tmp_path: Path) -> None:
    """An object of splits."""
    assert {
        part: len(rows) for part, rows in read(tmp_path, {"train": ROWS, "dev": ROWS, "test": ROWS[:1]}).items()
    } == {
        "train": 2,
        "validation": 2,
        "test": 1,
    }


def test_lines_of_a_list(tmp_path: Path) -> None:
    """A row is named by the line on which its object starts."""
    assert [row["line"] for row in read(tmp_path, ROWS, indent=1)[UNSPLIT]] == [2, 6]


def test_values(tmp_path: Path) -> None:
    """Null, missing and NaN are null; truth and nested values are JSON; half a surrogate pair becomes U+FFFD."""
    text = '[{"a": null, "b": true, "c": [1, "ü"], "d": NaN}, {"b": 1.5, "c": "\\ud800x", "d": "y"}]'

    found = read(tmp_path, text)[UNSPLIT]

    assert [row["extra:a"] for row in found] == [None, None]
    assert [row["extra:b"] for row in found] == ["true", "1.5"]
    assert [row["extra:c"] for row in found] == ['[1, "ü"]', "�x"]
    assert [row["extra:d"] for row in found] == [None, "y"]


def test_gzip(tmp_path: Path) -> None:
    """A .json.gz is unpacked."""
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(json.dumps(ROWS).encode()))

    assert format_.recognises(path)
    assert format_.read(path).parts[UNSPLIT].num_rows == 2
