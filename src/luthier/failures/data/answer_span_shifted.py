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
    3,570), a warning from there, an error from 5 % on.

Fix
    Advice only: put each answer back to its nearest place in the context, or take places from the text as it is read.

Source
    chazutsu PR #9, haystack PR #3526 (https://github.com/deepset-ai/haystack/pull/3526), FARM PR #449.
    pytorch-question-answering #8: about 2,300 answers of an Arabic set were lost. Our runs: the three rows of
    CMRC 2018 that are wrong in characters are right in 16-bit units.
"""

from luthier.facts.finding import Degree, Finding, Moment, Severity
from luthier.facts.pairs import Found, SpanFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import place_of_rows

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
}
WHY = "What is learned is the text at the stated place: the wrong words, cut at the wrong letters."
NEXT_STEP = {
    "shift": "Find each answer again in its context, nearest to the stated place, and store that place.",
    "bytes": "Store the place in characters: len(context_bytes[:start].decode()).",
    "utf16": "Store the place in characters: len(context.encode('utf-16-le')[:2 * start].decode('utf-16-le')).",
    "form": "Bring answers and contexts into one form with unicodedata.normalize('NFC', …), then find places anew.",
    "lost": "Look at these rows: context and answer do not belong together, or one of them was changed.",
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


def before(spans: SpanFacts) -> Finding | None:
    """Compare spans with the texts at their places."""
    count = spans.shifted.count + spans.other_form.count + spans.lost.count
    if not count:
        return None
    variant, found = _most(spans)
    share = count / spans.total
    severity: Severity = "error" if share >= MOST else "warning" if share >= SHARE else "note"
    return Finding(
        failure="answer_span_shifted",
        moment=Moment.BEFORE,
        severity=severity,
        confidence=1.0,
        numbers={
            "count": count,
            "total": spans.total,
            "percent": 100 * share,
            "line": found.places[0].line,
            "shift": max(spans.shifts, key=lambda shift: spans.shifts[shift], default=0),
        },
        place=place_of_rows("", found.places),
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
