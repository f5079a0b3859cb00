"""Answers do not stand where the data say that they begin.

Symptom
    Predicted spans overlap with the right ones and hardly ever equal them (F1 far above exact match), or many rows are
    dropped while features are made.

Why it is silent
    A span is two numbers, and any two numbers can be learned. Contexts that were stripped, normalised, translated or
    re-encoded after the answers were marked move all places behind the change; bytes counted for characters move them
    by one for each letter that is not ASCII.

Evidence
    Before: the context from the stated place on is compared with the answer, for every row. Where they differ, the
    nearest place of the answer tells the shift, and counting bytes or 16-bit units in place of characters is tried, as
    are other Unicode forms. A note below 0.5 % of the rows (CMRC 2018 has 3 of 3,219, XQuAD in three languages none of
    3,570), a warning from there, an error from 5 % on. In a trainer: rows of real batches whose labelled span decodes
    to something else than their answer, where no row is cut and every span lies within its input.

Fix
    Advice only: put each answer back to its nearest place in the context, or take places from the text as it is read.

Source
    chazutsu PR #9, haystack PR #3526 (https://github.com/deepset-ai/haystack/pull/3526), FARM PR #449.
    pytorch-question-answering #8: about 2,300 answers of an Arabic set were lost. Our runs: the three rows of
    CMRC 2018 that are wrong in characters are right in 16-bit units.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.pairs import SpanFacts
from luthier.facts.places import Found
from luthier.facts.scene import RunScene
from luthier.failures._places import counted, place_of_rows
from luthier.failures._signals import severity_of

_WHERE = "{count} of {total} rows ({percent:.3g} %) have an answer that does not stand at its stated place"
MESSAGE = {
    "shift": (
        _WHERE + ", the first on line {line}; in most of them the true place is {shift:+d} characters from the stated "
        "one."
    ),
    "bytes": _WHERE + ", the first on line {line}: places were counted in UTF-8 bytes, not in characters.",
    "utf16": _WHERE + ", the first on line {line}: places were counted in 16-bit units, as JavaScript counts.",
    "form": _WHERE + ", the first on line {line}: answer and context are in different Unicode forms.",
    "lost": _WHERE + ", the first on line {line}, and is nowhere in the context.",
    "batch": (
        "In {count} of {total} rows of the first batches ({percent:.3g} %) the labelled span decodes to something else "
        "than the answer, and no row is cut."
    ),
}
WHY = "What is learned is the text at the stated place: the wrong words, cut at the wrong letters."
NEXT_STEP = {
    "shift": "Find each answer again in its context, nearest to the stated place, and store that place.",
    "bytes": "Store the place in characters: len(context_bytes[:start].decode()).",
    "utf16": "Store the place in characters: len(context.encode('utf-16-le')[:2 * start].decode('utf-16-le')).",
    "form": "Bring answers and contexts into one form with unicodedata.normalize('NFC', …), then find places anew.",
    "lost": "Look at these rows: context and answer do not belong together, or one of them was changed.",
    "batch": "Decode the labelled span of a row beside its answer, and map places to tokens with char_to_token.",
}
DEGREE = Degree.ADVICE
SIGNS = ("F1 far above EM", "data quality")
SHARE, MOST = 0.005, 0.05

BAD = RunScene(
    rows="questions",
    options={"shift": 2},
    says="Two characters were stripped from each context after its answer was marked.",
)
GOOD = RunScene(rows="questions", says="The same questions with places as they are.")


def before(spans: SpanFacts | None = None, census: BatchCensus | None = None) -> Finding | NotLooked | None:
    """Compare spans with the texts at their places, in the rows or in batches."""
    if spans is not None:
        return _of_rows(spans)
    if census is None or census.unfit_spans is None:
        return NotLooked("neither rows with answers nor batches with spans were at hand", lacks=("spans", "census"))
    count, total = census.unfit_spans, len(census.rows)
    if not count or any(row.truncated or row.supervised < 2 for row in census.rows):
        return None
    return _finding("batch", count / total, counted(count, total), Place("column", "start_positions"))


def _of_rows(spans: SpanFacts) -> Finding | None:
    count = spans.shifted.count + spans.other_form.count + spans.lost.count
    if not count:
        return None
    variant, found = _most(spans)
    shift = max(spans.shifts, key=lambda shift: spans.shifts[shift], default=0)
    numbers = {**counted(count, spans.total, found.places), "shift": shift}
    return _finding(variant, count / spans.total, numbers, place_of_rows("", found.places))


def _finding(variant: str, share: float, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="answer_span_shifted",
        moment=Moment.BEFORE,
        severity=severity_of(share, SHARE, MOST),
        confidence=1.0,
        numbers=numbers,
        place=place,
        variant=variant,
    )


def _most(spans: SpanFacts) -> tuple[str, Found]:
    """The kind of most rows, and these rows."""
    found = max((spans.shifted, spans.other_form, spans.lost), key=lambda one: one.count)
    if found is spans.other_form:
        return "form", found
    if found is spans.lost:
        return "lost", found
    if spans.byte_offsets == found.count:
        return "bytes", found
    return "utf16" if spans.utf16_offsets == found.count else "shift", found
