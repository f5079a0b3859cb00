"""Whatever bytes a file holds, reading gives rows or a Luthier error."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luthier.errors import LuthierError
from luthier.stages.data.read import read_rows

NAMES = ("x.csv", "x.tsv", "x.txt", "x.json", "x.jsonl", "x.parquet", "x.arrow", "x.ft", "x.csv.gz", "x.json.gz")
QUIET = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)

PIECES = (
    *(
        b"text,label\n",
        b"text\tlabel\n",
        b"one two,a\n",
        b"three,b\n",
        b'"',
        b",",
        b"\t",
        b"\n",
        b"\r",
        b" ",
        b"a",
        b"1",
    ),
    *(
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        "ünï文".encode(),
        "ünï文".encode("utf-16"),
        "文本".encode("gb18030"),
    ),
    *(b"{", b"}", b"[", b"]", b'{"text": "a", "label": "b"}', b"NaN", b'"\\ud800"', b"1e999", b"null"),
    *(b"__label__a ", b"&lt;", b"<br>", b"PAR1", b"\x1f\x8b"),
)
pieces = st.sampled_from(PIECES)
contents = st.one_of(st.binary(max_size=200), st.lists(pieces, max_size=25).map(b"".join))


def tried(path: Path) -> None:
    """Read, and let Luthier's own errors pass where they say what to do."""
    try:
        read_rows(str(path))
    except LuthierError as error:
        if not (error.what and error.where and error.next_step):
            raise


@pytest.mark.parametrize("name", NAMES)
@QUIET
@given(content=contents)
def test_any_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    """Bytes under every ending."""
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    tried(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["text", "label", "train", "x", ""]), inner, max_size=4)
    ),
    max_leaves=12,
)


@QUIET
@given(value=json_values)
def test_any_json(tmp_path: Path, value: object) -> None:
    """Any JSON value, as a file and as a line."""
    (tmp_path / "x.json").write_text(json.dumps(value))
    tried(tmp_path / "x.json")
    (tmp_path / "x.jsonl").write_text(json.dumps(value))
    tried(tmp_path / "x.jsonl")


cells = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=10)


@QUIET
@given(rows=st.lists(st.tuples(cells, st.sampled_from(["a", "b", "", "A "])), min_size=1, max_size=12))
def test_any_table(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    """Any text in two columns, as JSON lines."""
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(json.dumps({"text": text, "label": label}) for text, label in rows))
    tried(path)
