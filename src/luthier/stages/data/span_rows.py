"""Rows of a question, a context and answers that state where they begin: one a row, or in SQuAD's articles."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa

from luthier.errors import InputError
from luthier.facts.places import RowPlace
from luthier.stages.data.conversations import nested

_CHUNK = 2_000


class Answer(NamedTuple):
    """A span as it is stored: its text, and the place in the context where it is said to begin."""

    text: str
    start: int


class Question(NamedTuple):
    """One row; without answers it is a question that the context does not answer."""

    question: str
    context: str
    answers: tuple[Answer, ...]
    place: RowPlace


def questions(table: pa.Table) -> Iterator[Question]:
    """The rows of one split, one after the other.

    The place of a question in SQuAD's articles is the line of the article, where its format knows lines, and the number
    of the question, counted from 1 over the whole file.

    Raises:
        InputError: a column is missing, or an answer is not written as SQuAD writes it.
    """
    columns = {name.removeprefix("extra:").lower(): name for name in table.column_names if name.startswith("extra:")}
    articles = "paragraphs" in columns
    number = 0
    for start in range(0, table.num_rows, 1 if articles else _CHUNK):
        for row in table.slice(start, 1 if articles else _CHUNK).to_pylist():
            cells = {name: row[column] for name, column in columns.items()}
            place = RowPlace(row["file"], row["line"], row["row"])
            if not articles:
                yield _of_row(cells, place)
                continue
            for paragraph in _list(cells["paragraphs"], place, "paragraphs"):
                for asked in _list(paragraph.get("qas"), place, "qas"):
                    number += 1
                    yield _of_article(paragraph, asked, RowPlace(place.file, place.line, number))


def _of_row(cells: dict[str, Any], place: RowPlace) -> Question:
    question, context = (cells.get(name) for name in ("question", "context"))
    if context is None or question is None:
        raise _unreadable(f"a row without a {'context' if context is None else 'question'}", place)
    stated = next((cells[name] for name in ("answers", "answer", "answer_text", "text") if cells.get(name)), None)
    start = cells.get("answer_start")
    written = nested(stated)
    if start is not None and not isinstance(written, dict | list):
        written = {"text": stated or "", "answer_start": nested(start)}
    return Question(question, context, _answers(written, place), place)


def _of_article(paragraph: dict[str, Any], asked: dict[str, Any], place: RowPlace) -> Question:
    context, question = paragraph.get("context"), asked.get("question")
    if not isinstance(context, str) or not isinstance(question, str):
        raise _unreadable("a paragraph without a context, or a question without words", place)
    impossible = asked.get("is_impossible") is True
    return Question(question, context, () if impossible else _answers(asked.get("answers"), place), place)


def _answers(written: Any, place: RowPlace) -> tuple[Answer, ...]:
    """Answers as a list of objects, or as an object of lists, which `datasets` makes of it; empty ones are none."""
    if isinstance(written, dict):
        texts, starts = (_listed(written.get(name)) for name in ("text", "answer_start"))
        if len(texts) != len(starts):
            raise _unreadable(f"{len(texts)} texts and {len(starts)} places where answers begin", place)
        pairs: Iterable[tuple[Any, Any]] = zip(texts, starts, strict=True)
    else:
        pairs = [(one.get("text"), one.get("answer_start")) for one in _list(written, place, "answers")]
    return tuple(_answer(text, start, place) for text, start in pairs if text not in (None, ""))


def _answer(text: Any, start: Any, place: RowPlace) -> Answer:
    if isinstance(start, str | float):
        try:
            start = int(start)
        except (ValueError, OverflowError):
            start = None
    if not isinstance(text, str) or not isinstance(start, int):
        raise _unreadable(f"the answer '{str(text)[:40]}' without a place where it begins", place)
    return Answer(text, start)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _list(value: Any, place: RowPlace, name: str) -> list[dict[str, Any]]:
    found = nested(value)
    if found in (None, ""):
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _unreadable(f"'{str(value)[:40]}' where a list of objects was expected", place, name)
    return found


def _unreadable(what: str, place: RowPlace, column: str = "answers") -> InputError:
    return InputError(
        what,
        where=f"{place.file}, line {place.line}, row {place.row}, column '{column}'",
        next_step='write answers as SQuAD does: {"text": ["…"], "answer_start": [17]}',
    )
