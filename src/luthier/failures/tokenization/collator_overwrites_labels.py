"""The collator makes labels of its own, and the masks in the rows are lost.

Symptom
    Masking prompts changes nothing: the model writes questions too, and the loss is that of the whole text.

Why it is silent
    DataCollatorForLanguageModeling builds labels from the input ids and drops the column that the rows bring. Both are
    valid labels.

Evidence
    Before: of rows that bring labels, more positions enter the loss in the collated batches than the rows themselves
    gave to it, padding not counted, by 5 % at least.

Fix
    Advice only: take a collator that pads given labels, such as DataCollatorForSeq2Seq, which serves
    causal models as well.

Source
    transformers #26357 (https://github.com/huggingface/transformers/issues/26357), text-generation-webui #4031. Our
    experiment with Transformers 5.24: still so; of two batches with masked prompts, 320 tokens entered the loss
    where the rows gave 192.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene

MESSAGE = (
    "The rows of the first batches give {given} tokens to the loss, but {count} enter it: the collator has made labels "
    "of its own, and {lost} masked tokens are learned."
)
WHY = "Whatever the rows mask, prompts and context too, is learned, and answers weigh less."
NEXT_STEP = (
    "Use a collator that pads the labels it is given: DataCollatorForSeq2Seq(tokenizer) does, also for causal models."
)
DEGREE = Degree.ADVICE
SIGNS = ("train loss far below eval loss from step 1", "generations empty, repeated or garbled")
MORE = 1.05

BAD = LiveScene(
    "causal",
    options={"collator_rebuilds": 1},
    says="Rows with masked prompts go through the collator for language models.",
)
GOOD = LiveScene("causal", says="The same rows through a collator that pads their labels.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Compare what rows give to the loss with what enters it."""
    if census.kind != "next_token" or census.given_supervised is None:
        return NotLooked("the rows bring no labels of next tokens")
    given = census.given_supervised
    count = census.supervised - sum(row.padding_supervised for row in census.rows)
    if count <= MORE * given:
        return None
    return Finding(
        failure="collator_overwrites_labels",
        moment=Moment.BEFORE,
        severity="error",
        confidence=1.0,
        numbers={"given": given, "count": count, "lost": count - given},
        place=Place("setting", "data_collator"),
    )
