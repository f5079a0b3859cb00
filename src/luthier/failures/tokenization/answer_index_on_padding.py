"""Labelled spans stand on padding: "no answer" is taught as a padding token.

Symptom
    Answers come out shifted, or the score of "no answer" means nothing: HasAns is fine and NoAns is near 0, or the
    other way round.

Why it is silent
    A position is a position. "No answer" is the place of [CLS], which is 0 where rows are padded on the right, and
    somewhere else where they are padded on the left.

Evidence
    Before: spans of real batches that begin or end on padding. A warning, an error from a tenth of the rows on (our
    border).

Fix
    Advice only: label with the place of [CLS] in each row, or pad on the right.

Source
    transformers #3804 (https://github.com/huggingface/transformers/issues/3804) and #1282. Our experiment with
    Transformers 5.24: of 16 rows padded on the left, 8 of them without an answer and labelled 0, all 8 labels stand on
    [PAD].
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted
from luthier.failures._signals import severity_of

MESSAGE = "In {count} of {total} rows of the first batches ({percent:.3g} %) the labelled span stands on padding."
WHY = "Padding carries no meaning and its place differs from row to row: such a span cannot be learned."
NEXT_STEP = (
    "Label rows without an answer with input_ids.index(tokenizer.cls_token_id), or set "
    'tokenizer.padding_side = "right" before tokenizing.'
)
DEGREE = Degree.ADVICE
SIGNS = ("F1 far above EM", "loss floor above 0")
MOST = 0.1

BAD = LiveScene(
    "answerer",
    options={"unanswerable": 1, "left_padding": 1},
    says="Half of the rows have no answer and are labelled 0, and rows are padded on the left.",
)
GOOD = LiveScene("answerer", options={"unanswerable": 1}, says="The same rows padded on the right, where 0 is [CLS].")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Count spans on padding."""
    if census.spans_on_padding is None or not census.rows:
        return NotLooked("the labels are no spans")
    count, total = census.spans_on_padding, len(census.rows)
    if not count:
        return None
    return Finding(
        failure="answer_index_on_padding",
        moment=Moment.BEFORE,
        severity=severity_of(count / total, 0.0, MOST),
        confidence=1.0,
        numbers=counted(count, total),
        place=Place("column", "start_positions"),
    )
