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
    setting is known, and then nothing is said.

Fix
    Advice only: cut contexts into overlapping windows (stride, return_overflowing_tokens), and give windows without the
    answer the place of the first token; or raise the limit.

Source
    transformers #9326 (https://github.com/huggingface/transformers/issues/9326), PR #9378, #12708. Our experiment with
    Transformers 5.24: places beyond the input give a finite loss and no warning.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Severity
from luthier.facts.pairs import SpanFacts
from luthier.facts.scene import RunScene
from luthier.failures._places import place_of_rows

MESSAGE = (
    "{count} of {total} training rows ({percent:.3g} %) have their answer behind max_length={limit}, the first on line "
    "{line}, unless contexts are cut into overlapping windows."
)
WHY = "Such rows teach a place that holds something else, and the model learns to point at the end of the input."
NEXT_STEP = "Tokenize with stride and return_overflowing_tokens=True, or raise max_length above {limit}."
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


def before(spans: SpanFacts, arguments: Arguments | None = None) -> Finding | NotLooked | None:
    """Count answers behind the limit."""
    if spans.cut is None or spans.limit is None:
        return NotLooked("no tokenizer was at hand, or no length limit is known")
    if arguments is not None and (arguments.number("doc_stride") or 0) > 0:
        return None
    if not spans.cut.count:
        return None
    share = spans.cut.count / spans.measured
    severity: Severity = "error" if share >= MOST else "warning" if share >= SHARE else "note"
    return Finding(
        failure="answer_beyond_cut",
        moment=Moment.BEFORE,
        severity=severity,
        confidence=0.7,
        numbers={
            "count": spans.cut.count,
            "total": spans.measured,
            "percent": 100 * share,
            "limit": spans.limit,
            "line": spans.cut.places[0].line,
        },
        place=place_of_rows("train", spans.cut.places),
    )
