"""Whether spans say what they are said to say."""

import json
import unicodedata
from pathlib import Path

import pytest

from luthier.errors import InputError
from luthier.facts.pairs import SpanFacts
from luthier.stages.data import spans
from luthier.stages.data.spans import read_spans
from tests.stages.data.words import Words

CONTEXT = "The tower of Pisa leans, and the tower of Bologna leans too."


def row(text: str, start: int, context: str = CONTEXT, question: str = "What leans?") -> dict[str, object]:
    """A question with one answer."""
    return {"question": question, "context": context, "answers": {"text": [text], "answer_start": [start]}}


def read(folder: Path, *rows: dict[str, object], **asked: object) -> SpanFacts:
    """Facts of rows in a file."""
    path = folder / "x.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows))
    return read_spans(str(path), **asked)  # type: ignore[arg-type]


def test_healthy(tmp_path: Path) -> None:
    """Spans at their places, and a question without an answer."""
    none = {"question": "Who?", "context": CONTEXT, "answers": {"text": [], "answer_start": []}}
    facts = read(tmp_path, row("tower of Pisa", 4), row("Bologna", 42), none)

    assert (facts.rows, facts.unanswerable, facts.shifts) == ({"train": 3}, 1, {})
    assert [facts.shifted.count, facts.lost.count, facts.other_form.count, facts.padded_answers] == [0, 0, 0, 0]
    assert (facts.cut, facts.long_questions, facts.measured) == (None, None, 0)


def test_shifted(tmp_path: Path) -> None:
    """The nearest place counts, before or behind."""
    facts = read(tmp_path, row("Pisa", 14), row("Pisa", 12), row("tower", 30), row("Pisa", -3), row("Pisa", 900))

    assert facts.shifts == {-887: 1, -1: 1, 1: 1, 3: 1, 16: 1}
    assert [place.line for place in facts.shifted.places] == [1, 2, 3, 4, 5]


def test_offsets_in_other_units(tmp_path: Path) -> None:
    """Bytes and 16-bit units are told apart from plain shifts."""
    context = "Zürich 🚲 café"
    in_bytes = len("Zürich 🚲 ".encode())
    in_units = len("Zürich 🚲 ".encode("utf-16-le")) // 2
    facts = read(tmp_path, row("café", in_bytes, context), row("café", in_units, context), row("café", 8, context))

    assert (facts.shifted.count, facts.byte_offsets, facts.utf16_offsets) == (3, 1, 1)


def test_other_form_and_lost(tmp_path: Path) -> None:
    """An answer in another Unicode form, and one that is nowhere."""
    decomposed = unicodedata.normalize("NFD", "café")
    facts = read(tmp_path, row(decomposed, 0, "café au lait"), row("Rome", 4))

    assert (facts.other_form.places[0].line, facts.lost.places[0].line) == (1, 2)
    assert (facts.other_form.count, facts.lost.count, facts.shifted.count) == (1, 1, 0)


def test_references_that_are_no_spans(tmp_path: Path) -> None:
    """One of several answers may say -1; a row in which all do is shifted."""
    several = {**row("Pisa", 13), "answers": {"text": ["Pisa", "Pisa!"], "answer_start": [13, -1]}}

    assert read(tmp_path, several).lost.count == 0
    assert read(tmp_path, row("Pisa", -1)).shifted.count == 1


def test_white_space(tmp_path: Path) -> None:
    """Around answers, and before questions."""
    facts = read(tmp_path, row(" Pisa", 12), row("Pisa", 13, question="  What leans?"))

    assert (facts.padded_answers, facts.padded_questions.places[0].line) == (1, 2)


def test_in_tokens(tmp_path: Path) -> None:
    """With a limit of 13 a question of two words and one separator leave ten for the context."""
    rows = [row("Pisa", 13), row("Bologna", 42), row("Pisa", 13, question="word " * 12), row("Pisa", 13)]
    facts = read(tmp_path, *rows, tokenizer=Words(), limit=13)

    assert (facts.measured, facts.limit) == (4, 13)
    assert facts.cut is not None
    assert facts.long_questions is not None
    assert [place.line for place in facts.cut.places] == [3]
    assert [place.line for place in facts.long_questions.places] == [3]
    assert read(tmp_path, *rows, tokenizer=Words(), limit=12).cut.count == 2  # type: ignore[union-attr]


def test_the_sample_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows there are, at most so many are measured, spread over the file."""
    monkeypatch.setattr(spans, "_MEASURED", 5)
    facts = read(tmp_path, *[row("Pisa", 13)] * 43, tokenizer=Words(), limit=3)

    assert 2 <= facts.measured <= 5
    assert facts.cut is not None
    assert facts.cut.places[-1].row > 20


def test_splits(tmp_path: Path) -> None:
    """Rows of all splits are looked at and counted."""
    (tmp_path / "train.jsonl").write_text(json.dumps(row("Pisa", 13)))
    (tmp_path / "test.jsonl").write_text("\n".join(map(json.dumps, [row("Bologna", 42), row("Pisa", 12)])))

    facts = read_spans(str(tmp_path))

    assert (facts.rows, facts.total, facts.shifted.count) == ({"test": 2, "train": 1}, 3, 1)


def test_squad_file(tmp_path: Path) -> None:
    """The official layout, in one JSON value."""
    asked = {"id": "1", "question": "What leans?", "answers": [{"text": "Pisa", "answer_start": 13}]}
    article = {"title": "Towers", "paragraphs": [{"context": CONTEXT, "qas": [asked, asked]}]}
    path = tmp_path / "dev-v1.1.json"
    path.write_text(json.dumps({"version": "1.1", "data": [article]}))

    assert read_spans(str(path)).rows == {"train": 2}


@pytest.mark.parametrize(
    ("content", "what"),
    [({"text": "a", "label": "b"}, "no question and context"), ({"paragraphs": []}, "no questions were found")],
)
def test_refused(tmp_path: Path, content: dict[str, object], what: str) -> None:
    """Other rows, and none."""
    with pytest.raises(InputError, match=what):
        read(tmp_path, content)
