"""Answers lie behind the cut, and their rows are trained on a place that does not exist.

Symptom
    The loss falls, and exact match stays near 0 for long contexts; predicted spans gather at the last place.

Why it is silent
    An answer that is cut away maps to nothing. Code puts a length or a 0 in its place, and a model takes any number: a
    place outside of the input is clamped and gives a finite loss.

Evidence
    Before: of up to 5,000 training rows, those whose question and context up to the end of the answer have more tokens
    than the limit, when each row is one window. A note below 1 % of the rows, a warning from there, an error from half
    of them on. Where contexts are cut into windows with doc_stride nothing is lost: confidence is 0.7 unless such a
    setting is known, and then nothing is said. In a trainer: rows of real batches whose labelled span is not their
    answer, where rows fill the limit or spans lie outside of the input; windows without their answer that point to the
    first token are right.

Fix
    Advice only: cut contexts into overlapping windows (stride, return_overflowing_tokens), and give windows without the
    answer the place of the first token; or raise the limit.

Source
    transformers #9326 (https://github.com/huggingface/transformers/issues/9326), PR #9378, #12708. Our experiment with
    Transformers 5.24: places beyond the input give a finite loss and no warning.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.pairs import SpanFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import counted, place_of_rows
from luthier.failures._signals import severity_of

MESSAGE = {
    "rows": (
        "{count} of {total} training rows ({percent:.3g} %) have their answer behind max_length={limit}, the first on "
        "line {line}, unless contexts are cut into overlapping windows."
    ),
    "batch": (
        "In {count} of {total} rows of the first batches ({percent:.3g} %) the labelled span is not the answer: {cut} "
        "rows fill the length limit, and {outside} spans lie outside of their input."
    ),
}
WHY = "Such rows teach a place that holds something else, and the model learns to point at the end of the input."
NEXT_STEP = {
    "rows": "Tokenize with stride and return_overflowing_tokens=True, or raise max_length above {limit}.",
    "batch": (
        "Find spans with the offsets of the window that they stand in, and give windows without the answer the place "
        "of the first token, 0 and 0."
    ),
}
EXPERIMENT = "Decode the labelled span of a batch of long rows: where this is it, the text is not the answer."
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("question_fills_limit",)
SIGNS = ("F1 far above EM", "metric exactly 0 with a good loss")
SHARE, MOST = 0.01, 0.5

BAD = RunScene(
    arguments={"max_length": 64},
    rows="questions",
    options={"before": 60, "long": 0.5},
    says="Half of the contexts begin with a long letterhead, and rows are cut after 64 tokens.",
)
GOOD = RunScene(arguments={"max_length": 64}, rows="questions", says="The same contexts without it.")


def before(
    spans: SpanFacts | None = None, census: BatchCensus | None = None, arguments: Arguments | None = None
) -> Finding | NotLooked | None:
    """Count answers behind the limit, in batches or, where there are none, in the rows."""
    if census is not None and census.unfit_spans is not None:
        return _of_batches(census, census.unfit_spans)
    if spans is None:
        return NotLooked("neither rows with answers nor batches with spans were at hand", lacks=("spans", "census"))
    if spans.cut is None or spans.limit is None:
        return NotLooked("no tokenizer was at hand, or no length limit is known")
    if arguments is not None and (arguments.number("doc_stride") or 0) > 0:
        return None
    if not spans.cut.count:
        return None
    numbers = counted(spans.cut.count, spans.measured, spans.cut.places)
    share, place = spans.cut.count / spans.measured, place_of_rows("train", spans.cut.places)
    return _finding("rows", share, 0.7, {**numbers, "limit": spans.limit}, place)


def _of_batches(census: BatchCensus, unfit: int) -> Finding | None:
    """Spans are two positions, of which those outside of the input do not enter the loss."""
    cut, outside = sum(row.truncated for row in census.rows), sum(row.supervised < 2 for row in census.rows)
    if not unfit or not (cut or outside):
        return None
    numbers: dict[str, Number] = {**counted(unfit, len(census.rows)), "cut": cut, "outside": outside}
    return _finding("batch", unfit / len(census.rows), 0.9, numbers, Place("column", "start_positions"))


def _finding(variant: str, share: float, confidence: float, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="answer_beyond_cut",
        moment=Moment.BEFORE,
        severity=severity_of(share, SHARE, MOST),
        confidence=confidence,
        numbers=numbers,
        place=place,
        variant=variant,
    )
