"""JSON lines."""

from pathlib import Path

from luthier.stages.data.formats import jsonl
from luthier.stages.data.formats._contract import UNSPLIT


def test_rows_and_lines(tmp_path: Path) -> None:
    """Blank lines count as lines and not as rows; keys may come and go."""
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "one", "label": "a"}\n\n{"text": "two", "label": "b", "user": 7}\n')

    found = jsonl.read(path).parts[UNSPLIT]

    assert found["row"].to_pylist() == [1, 2]
    assert found["line"].to_pylist() == [1, 3]
    assert found["extra:user"].to_pylist() == [None, "7"]


def test_more_rows_than_a_chunk(tmp_path: Path) -> None:
    """Row numbers go on over chunks, and a column that only a later chunk has is null before."""
    count = 50_001
    path = tmp_path / "x.ndjson"
    path.write_text('{"text": "a"}\n' * (count - 1) + '{"text": "b", "late": 1}\n')

    found = jsonl.read(path).parts[UNSPLIT]

    assert found["row"][-1].as_py() == found["line"][-1].as_py() == count
    assert found["extra:late"].null_count == count - 1
