"""Which kind of rows, and which columns make a pair."""

import json
from pathlib import Path

import pytest

from luthier.errors import InputError
from luthier.stages.data.forms import Shape, form_of, shape_of

CHAT = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
SPAN = {"text": ["Rome"], "answer_start": [3]}


def rows(*names: str, **fixed: object) -> list[dict[str, object]]:
    """Thirty rows whose texts differ, and columns that are the same in each."""
    return [{**{name: f"{name} number {i}" for name in names}, **fixed} for i in range(30)]


PAIRS = [
    (rows(messages=CHAT), Shape("messages", ("messages",))),
    (rows("id", conversations=[{"from": "human", "value": "Hi"}]), Shape("messages", ("conversations",))),
    (rows("id", thread=json.dumps(CHAT)), Shape("messages", ("thread",))),
    (rows(prompt=CHAT[:1], completion=CHAT[1:]), Shape("messages", ("prompt", "completion"))),
    (rows(prompt=CHAT[:1], chosen=CHAT[1:], rejected=CHAT[1:]), Shape("messages", ("prompt", "chosen"))),
    (rows("prompt", "completion"), Shape("prompt_completion", ("prompt",), "completion")),
    (rows("prompt", "chosen", "rejected"), Shape("prompt_completion", ("prompt",), "chosen")),
    (
        rows("instruction", "input", "output", "system"),
        Shape("prompt_completion", ("system", "instruction", "input"), "output"),
    ),
    (
        rows("instruction", "context", "response", category="qa"),
        Shape("prompt_completion", ("instruction", "context"), "response"),
    ),
    (rows("Question", "Answer"), Shape("prompt_completion", ("Question",), "Answer")),
    (rows("问题", "答案"), Shape("prompt_completion", ("问题",), "答案")),
    (rows("input", "output"), Shape("prompt_completion", ("input",), "output")),
    (rows("source", "target"), Shape("source_target", ("source",), "target")),
    (rows("text", "target"), Shape("source_target", ("text",), "target")),
    (rows("article", "highlights", "id"), Shape("source_target", ("article",), "highlights")),
    (rows("en", "de"), Shape("source_target", ("en",), "de")),
    (rows("zh_CN", "pt-br"), Shape("source_target", ("zh_CN",), "pt-br")),
    (rows(translation={"en": "Hi", "de": "Hallo"}), Shape("source_target", ("translation",), keys=("en", "de"))),
    (rows("text"), Shape("text", (), "text")),
    (rows("story"), Shape("text", (), "story")),
]

OTHERS = [
    (rows("text", label="a"), "labelled"),
    (rows("text", target="positive"), "labelled"),
    (rows("question", answer="yes"), "labelled"),
    (rows("input", output="spam"), "labelled"),
    (rows("sentence", kind="a"), "labelled"),
    (rows("a", "b"), "labelled"),
    (rows("question", "context", answers=SPAN), "spans"),
    (rows("question", "context", answers=[{"text": "Rome", "answer_start": 3}]), "spans"),
    (rows("question", "context", "answer", answer_start=3), "spans"),
    (rows("title", paragraphs=[{"context": "In Rome", "qas": []}]), "spans"),
    (rows("question", "context", "answer"), "pairs"),
]


def written(folder: Path, content: object) -> str:
    """As JSON lines."""
    path = folder / "x.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in content))  # type: ignore[attr-defined]
    return str(path)


@pytest.mark.parametrize(("content", "shape"), PAIRS, ids=lambda one: " ".join(one[0]) if isinstance(one, list) else "")
def test_pairs(tmp_path: Path, content: list[dict[str, object]], shape: Shape) -> None:
    """Columns under their usual names, and by look."""
    assert form_of(written(tmp_path, content)) == "pairs"
    assert shape_of(content, "x") == shape


@pytest.mark.parametrize(
    ("content", "kind"), OTHERS, ids=lambda one: " ".join(one[0]) if isinstance(one, list) else one
)
def test_kinds(tmp_path: Path, content: list[dict[str, object]], kind: str) -> None:
    """Labels, spans, and questions whose answers state no place."""
    assert form_of(written(tmp_path, content)) == kind


def test_labels_in_an_instruction_stay_a_target() -> None:
    """Under names that mean nothing else, answers may return."""
    assert shape_of(rows("instruction", output="yes"), "x").target == "output"


def test_no_pair() -> None:
    """Columns in which nothing can be told are named."""
    with pytest.raises(InputError, match="among the columns a, b"):
        shape_of(rows("a", "b"), "x.jsonl")


def test_columns() -> None:
    """Sources first."""
    assert Shape("prompt_completion", ("a", "b"), "c").columns == ("a", "b", "c")
    assert Shape("messages", ("a",)).columns == ("a",)
