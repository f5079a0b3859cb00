"""Whatever a file holds, reading pairs and spans gives facts or a Luthier error that says what to do."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luthier.errors import LuthierError
from luthier.stages.data.forms import form_of
from luthier.stages.data.pairs import read_pairs
from luthier.stages.data.spans import read_spans
from tests.stages.data.words import Words

QUIET = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)

KEYS = (
    *("messages", "conversations", "role", "content", "from", "value", "prompt", "completion", "chosen"),
    *("instruction", "input", "output", "source", "target", "translation", "en", "de", "text", "split", "train"),
    *("question", "context", "answers", "answer_start", "paragraphs", "qas", "is_impossible", "data"),
)
TEXTS = st.sampled_from(
    ["", " ", "user", "assistant", "train", "test", "[", "[1]", '["a"]', "{}", "a b", "\ud800", "é"]
)
leaves = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | TEXTS
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=10,
)
rows = st.lists(st.dictionaries(st.sampled_from(KEYS), values, max_size=4), min_size=1, max_size=4)

PIECES = st.sampled_from(
    [
        b"prompt,completion\n",
        b"messages\n",
        b'{"messages": [',
        b'{"role": "user"',
        b"]}",
        b"a,b\n",
        b"\n",
        b'"',
        b"\xff",
    ]
)


def tried(path: Path) -> None:
    """Ask everything of a file, and let errors pass that say what, where and what next."""
    for read in (
        lambda: form_of(str(path)),
        lambda: read_pairs(str(path), tokenizer=Words(bos=True), limit=5, marker="user"),
        lambda: read_pairs(str(path)),
        lambda: read_spans(str(path), tokenizer=Words(), limit=5),
    ):
        try:
            read()
        except LuthierError as error:
            if not (error.what and error.where and error.next_step):
                raise


@QUIET
@given(content=rows)
def test_any_rows(tmp_path: Path, content: list[object]) -> None:
    """Any JSON under the names that mean something."""
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, content)))
    tried(tmp_path / "x.jsonl")


@QUIET
@given(content=values)
def test_any_json(tmp_path: Path, content: object) -> None:
    """Any JSON value as a file."""
    (tmp_path / "x.json").write_text(json.dumps(content))
    tried(tmp_path / "x.json")


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.json", "x.parquet"])
@QUIET
@given(content=st.binary(max_size=60) | st.lists(PIECES, max_size=12).map(b"".join))
def test_any_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    """Bytes under every ending."""
    (tmp_path / name).write_bytes(content)
    tried(tmp_path / name)
