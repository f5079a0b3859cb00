"""Padding enters the loss: labels are padded with a token or a tag instead of the ignored index.

Symptom
    The loss falls very fast and very low. Generated texts are empty or end in padding; taggers call everything O.

Why it is silent
    Padding is the easiest thing to predict, and a mean over many easy tokens is a good mean. Nothing else shows it.

Evidence
    Before: label positions of real batches that stand on padding and enter the loss, as a share of all that enter it. A
    warning from 1 % on, an error from 10 %: above that share the mean is no longer that of the words.

Fix
    Advice only: pad labels with -100, which the collators for sequences and tags do.

Source
    transformers #7896 (https://github.com/huggingface/transformers/issues/7896) and #1713. Our experiment: a tiny T5,
    trained for 8 epochs on targets padded to 32 tokens, logged a loss of 3.1 where its loss on the words was 5.4. The
    shares are ours.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.failures._places import counted
from luthier.failures._signals import severity_of

MESSAGE = "{count} of {total} label positions in the loss of the first batches ({percent:.3g} %) are padding."
WHY = "The loss and its gradient are mostly about padding: it looks far better than the model is on words."
NEXT_STEP = (
    "Pad labels with -100: DataCollatorForSeq2Seq and DataCollatorForTokenClassification do it (label_pad_token_id), "
    "or replace padding ids in labels by -100 after tokenizing."
)
DEGREE = Degree.ADVICE
SIGNS = ("train loss far below eval loss from step 1", "generations empty, repeated or garbled")
KINDS = frozenset({"next_token", "sequence_to_sequence", "tags", "masked_token"})
SHARE, MOST = 0.01, 0.1

BAD = LiveScene(
    "sequence_to_sequence",
    options={"padding_in_labels": 1},
    says="Summaries are padded to 32 tokens with the padding token, labels and all.",
)
GOOD = LiveScene("sequence_to_sequence", says="The same summaries, padded with the ignored index by the collator.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Count padding that enters the loss."""
    if census.kind not in KINDS or not census.supervised:
        return NotLooked("no labels of tokens enter the loss")
    count = sum(row.padding_supervised for row in census.rows)
    share = count / census.supervised
    if share < SHARE:
        return None
    return Finding(
        failure="padding_in_loss",
        moment=Moment.BEFORE,
        severity=severity_of(share, SHARE, MOST),
        confidence=1.0,
        numbers=counted(count, census.supervised),
        place=Place("column", "labels"),
    )
