"""The padding token is the end token, and the collator masks both: the model never learns to stop.

Symptom
    Every answer runs on until the length limit. The loss is as good as ever.

Why it is silent
    Many models have no padding token, and pad_token = eos_token is the usual way out. The collator for language models
    then sets every label that is the padding token to -100, the true end of each row too: one label of many.

Evidence
    Before: padding and end token are one id, and in at least half of the rows of real batches that end with it, the end
    does not enter the loss. Collators that mask by position keep it (TRL's own does), and nothing is said.

Fix
    Advice only: give the tokenizer a padding token of its own, or take a collator that masks by attention mask.

Source
    transformers #23530 (https://github.com/huggingface/transformers/issues/23530), trl #734, unsloth #416
    (https://github.com/unslothai/unsloth/issues/416). Our experiment with Transformers 5.24: a tiny GPT-2 trained for
    20 epochs on 32 answers ended 8 of 8 texts when the end token was learned, and none of 8 under this collator.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts

MESSAGE = (
    "In {count} of {total} rows of the first batches the end token {token} (id {id}) is masked: it is the padding "
    "token as well."
)
WHY = "An end that never enters the loss is never learned: every answer runs on until its length limit."
NEXT_STEP = (
    'Set a padding token of its own (tokenizer.pad_token = "<pad>" and model.resize_token_embeddings, or a spare token '
    "of the vocabulary), or pad labels with DataCollatorForSeq2Seq instead of by token id."
)
DEGREE = Degree.ADVICE
SIGNS = ("all generations hit the length limit",)
SHARE = 0.5

BAD = LiveScene(
    "causal",
    options={"pad_is_eos": 1},
    says="The padding token is the end token, under the collator for language models.",
)
GOOD = LiveScene(
    "instruction",
    options={"pad_is_eos": 1},
    says="The same choice under TRL's collator, which masks padding by its place and keeps the end.",
)


def before(census: BatchCensus, tokenizer: TokenizerFacts) -> Finding | NotLooked | None:
    """Look whether ends that are there are learned."""
    if census.kind != "next_token":
        return NotLooked("the labels are no next tokens")
    pad, end = tokenizer.special.get("pad"), tokenizer.special.get("eos")
    if pad is None or pad != end:
        return None
    ended = [row for row in census.rows if row.ends and row.supervised]
    if not ended:
        return NotLooked("no row that is learned has an end token")
    count = sum(not row.end_supervised for row in ended)
    if count < SHARE * len(ended):
        return None
    return Finding(
        failure="end_token_masked_as_padding",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.9,
        numbers={"count": count, "total": len(ended), "token": tokenizer.special_text.get("eos", ""), "id": pad},
        place=Place("setting", "pad_token"),
    )
