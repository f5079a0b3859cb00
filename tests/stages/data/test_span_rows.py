"""Questions from every form that SQuAD is written in."""

import json

import pyarrow as pa
import pytest

from luthier.errors import InputError
from luthier.stages.data.span_rows import Answer, Question, questions


def read(**columns: object) -> list[Question]:
    """One row of these columns, on line 7."""
    cells = {
        f"extra:{name}": [one if isinstance(one, str | None) else json.dumps(one)] for name, one in columns.items()
    }
    table = pa.table({"row": [6], "line": [7], "file": ["x.jsonl"], **cells})
    return list(questions(table))


@pytest.mark.parametrize(
    "columns",
    [
        {"answers": {"text": ["Rome"], "answer_start": [3]}},
        {"answers": {"text": "Rome", "answer_start": 3}},
        {"answers": [{"text": "Rome", "answer_start": 3}]},
        {"answer": "Rome", "answer_start": 3},
        {"answer_text": "Rome", "answer_start": "3"},
        {"answers": {"text": ["Rome", ""], "answer_start": [3, 0]}},
    ],
)
def test_rows(columns: dict[str, object]) -> None:
    """Answers as objects, lists and columns."""
    (row,) = read(question="Where?", Context="In Rome.", **columns)

    assert (row.question, row.context, row.answers) == ("Where?", "In Rome.", (Answer("Rome", 3),))
    assert (row.place.line, row.place.row) == (7, 6)


@pytest.mark.parametrize("answers", [{"text": [], "answer_start": []}, [], None])
def test_unanswerable(answers: object) -> None:
    """No answers are an answer."""
    assert read(question="Where?", context="", answers=answers)[0].answers == ()


def test_articles() -> None:
    """Both versions of SQuAD; questions are numbered over the article."""
    qas = [
        {"question": "Where?", "answers": [{"text": "Rome", "answer_start": 3}]},
        {"question": "When?", "is_impossible": True, "answers": [], "plausible_answers": []},
    ]
    rows = read(title="Rome", paragraphs=[{"context": "In Rome.", "qas": qas}, {"context": "", "qas": qas[1:]}])

    assert [row.answers for row in rows] == [(Answer("Rome", 3),), (), ()]
    assert [(row.place.line, row.place.row) for row in rows] == [(7, 1), (7, 2), (7, 3)]


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"answers": "Rome"}, "list of objects"),
        ({"answers": {"text": ["Rome"], "answer_start": []}}, "1 texts and 0 places"),
        ({"answers": [{"text": "Rome"}]}, "'Rome' without a place"),
        ({"answers": [{"text": "Rome", "answer_start": "here"}]}, "'Rome' without a place"),
        ({"context": None, "answers": []}, "without a context"),
        ({"paragraphs": "none"}, "list of objects"),
        ({"paragraphs": [{"context": "In Rome.", "qas": [{"answers": []}]}]}, "without words"),
    ],
)
def test_refused(columns: dict[str, object], what: str) -> None:
    """What cannot be read is told with its place."""
    with pytest.raises(InputError, match=what) as caught:
        read(**{"question": "Where?", "context": "In Rome.", **columns})
    assert "line 7" in caught.value.where
    assert caught.value.next_step
