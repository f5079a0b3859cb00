"""Measure rows whose answers are spans of a context: whether each span says what it is said to say."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from luthier.errors import InputError
from luthier.facts.pairs import SpanFacts
from luthier.facts.places import Found, RowPlace
from luthier.stages.data.formats._contract import read_path
from luthier.stages.data.places import PLACES
from luthier.stages.data.read import split_by_column
from luthier.stages.data.span_rows import Answer, Question, questions
from luthier.stages.data.tokens import RowTokenizer

_MEASURED = 5_000
_FORMS: tuple[Literal["NFC", "NFKC"], ...] = ("NFC", "NFKC")


@dataclass(slots=True)
class _Rows:
    """Rows in which something was found, while they are counted."""

    count: int = 0
    places: list[RowPlace] = field(default_factory=list)

    def add(self, place: RowPlace) -> None:
        """Count one more."""
        self.count += 1
        if len(self.places) < PLACES:
            self.places.append(place)

    def found(self) -> Found:
        """As a fact."""
        return Found(self.count, tuple(self.places))


@dataclass(slots=True)
class _Count:
    """What is counted while rows pass."""

    rows: Counter[str] = field(default_factory=Counter)
    unanswerable: int = 0
    shifted: _Rows = field(default_factory=_Rows)
    shifts: Counter[int] = field(default_factory=Counter)
    byte_offsets: int = 0
    utf16_offsets: int = 0
    other_form: _Rows = field(default_factory=_Rows)
    lost: _Rows = field(default_factory=_Rows)
    padded_answers: int = 0
    padded_questions: _Rows = field(default_factory=_Rows)


def read_spans(path: str, *, tokenizer: RowTokenizer | None = None, limit: int | None = None) -> SpanFacts:
    """Read and measure.

    Args:
        path: SQuAD JSON of either version, or rows with question, context and answers in any format.
        tokenizer: the model's; without one nothing is said in tokens.
        limit: where question and context together are cut, in tokens.

    Raises:
        InputError: the data cannot be read, or are no such rows; with file, line and column.
    """
    raw = split_by_column(read_path(Path(path)), path)
    count, sample = _Count(), []
    for split, table in raw.parts.items():
        _refuse_other(table.column_names, path)
        name = split or "train"
        for row in questions(table):
            _look(row, name, count)
            if name == "train":
                sample.append(row)
                if len(sample) == 2 * _MEASURED:  # thinned on the way, so that memory does not grow with the file
                    sample = sample[::2]
    sample = sample[:: max(1, -(-len(sample) // _MEASURED))]
    cut, long = _in_tokens(sample, tokenizer, limit)
    if not count.rows:
        raise InputError("no questions were found", where=path, next_step="give a file with question and context")
    return SpanFacts(
        path=path,
        rows=dict(count.rows),
        unanswerable=count.unanswerable,
        shifted=count.shifted.found(),
        shifts=dict(sorted(count.shifts.items())),
        byte_offsets=count.byte_offsets,
        utf16_offsets=count.utf16_offsets,
        other_form=count.other_form.found(),
        lost=count.lost.found(),
        padded_answers=count.padded_answers,
        padded_questions=count.padded_questions.found(),
        limit=limit,
        measured=0 if cut is None else len(sample),
        cut=cut,
        long_questions=long,
    )


def _refuse_other(columns: Iterable[str], path: str) -> None:
    names = [name.removeprefix("extra:") for name in columns if name.startswith("extra:")]
    lower = {name.lower() for name in names}
    if "paragraphs" not in lower and not {"question", "context"} <= lower:
        raise InputError(
            f"no question and context among the columns {', '.join(names) or '(none)'}",
            where=path,
            next_step="call them question, context and answers",
        )


def _look(row: Question, split: str, count: _Count) -> None:
    count.rows[split] += 1
    count.unanswerable += not row.answers
    count.padded_answers += any(answer.text != answer.text.strip() for answer in row.answers)
    if row.question[:1].isspace():
        count.padded_questions.add(row.place)
    # Sets with references that are no spans, such as CMRC 2018, say -1 for their place; a row needs one that is.
    spans = [one for one in row.answers if one.start >= 0] or row.answers
    wrong = [one for one in spans if one.start < 0 or not row.context.startswith(one.text, one.start)]
    if not wrong:
        return
    away = [_shift(row.context, answer) for answer in wrong]
    moved = [shift for shift in away if shift is not None]
    if len(moved) < len(wrong):
        missing = [answer for answer, shift in zip(wrong, away, strict=True) if shift is None]
        there = all(_in_other_form(row.context, answer.text) for answer in missing)
        (count.other_form if there else count.lost).add(row.place)
        return
    count.shifted.add(row.place)
    count.shifts[max(moved, key=abs)] += 1
    count.byte_offsets += all(_stands_at(row.context, answer, "utf-8", 1) for answer in wrong)
    count.utf16_offsets += all(_stands_at(row.context, answer, "utf-16-le", 2) for answer in wrong)


def _shift(context: str, answer: Answer) -> int | None:
    """Characters from the stated place to the nearest true one; None where there is none."""
    start = min(max(answer.start, 0), len(context))
    after = context.find(answer.text, start)
    before = context.rfind(answer.text, 0, start + len(answer.text))
    found = [place - answer.start for place in (before, after) if place >= 0]
    return min(found, key=abs) if found else None


def _in_other_form(context: str, text: str) -> bool:
    return any(unicodedata.normalize(form, text) in unicodedata.normalize(form, context) for form in _FORMS)


def _stands_at(context: str, answer: Answer, encoding: str, width: int) -> bool:
    """Whether the answer stands at its place when code units of an encoding are counted."""
    text = answer.text.encode(encoding, "surrogatepass")
    start = answer.start * width
    return start >= 0 and context.encode(encoding, "surrogatepass")[start : start + len(text)] == text


def _in_tokens(
    rows: list[Question], tokenizer: RowTokenizer | None, limit: int | None
) -> tuple[Found | None, Found | None]:
    """Rows whose answer is cut, and rows without room for a context, when each row is one window of `limit` tokens."""
    if tokenizer is None or limit is None:
        return None, None
    room = limit - tokenizer.special_tokens - 1  # a pair has one separator more than a text
    asked = _sizes(tokenizer, [row.question for row in rows])
    ends = [row.context[: max((one.start + len(one.text) for one in row.answers[:1]), default=0)] for row in rows]
    needed = asked + _sizes(tokenizer, ends)
    cut, long = _Rows(), _Rows()
    for row, tokens, all_tokens in zip(rows, asked, needed, strict=True):
        if tokens >= room:
            long.add(row.place)
        if row.answers and all_tokens > room:
            cut.add(row.place)
    return cut.found(), long.found()


def _sizes(tokenizer: RowTokenizer, texts: list[str]) -> npt.NDArray[np.int64]:
    return np.asarray(np.diff(tokenizer.ids(texts, None, special=False)[1]), np.int64)
