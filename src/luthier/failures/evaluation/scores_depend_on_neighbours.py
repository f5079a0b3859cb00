"""The score of a row depends on the other rows of its batch, or on how far it was padded.

Symptom
    A text gets one answer alone and another one beside longer texts. Scores change with the batch size.

Why it is silent
    Every score is a plausible number. A model without an attention mask takes padding for text, and its own loss falls
    all the same: it learns to read padded rows.

Evidence
    Before: in evaluation mode one batch is scored as it is, with its rows in the opposite order, and its shortest rows
    alone without padding. Seen where scores move by more than 1 % of their standard deviation, 10 % for weights in 16
    bits; rounding moves them by less than a millionth of it in our runs. A warning where padding moves them though the
    batches have an attention mask, as left padding does to a model that counts positions from the left; else an error.
    Where a batch does not score the same twice, this is not judged.

Fix
    Advice only: hand the attention mask on, pad where the model expects it, and take no statistics over the batch.

Source
    simpletransformers #203 (https://github.com/ThilinaRajapakse/simpletransformers/issues/203). Our experiment with
    Transformers 5.24: a tiny BERT whose collator drops the attention mask scores a row 0.09 standard deviations
    differently alone than padded, a tiny GPT-2 padded on the left 5.2, healthy ones less than 0.000001.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts

MESSAGE = {
    "mask": (
        "The batches have no attention_mask: a row scores {alone:.2g} standard deviations differently alone than "
        "beside longer ones, so that padding is read as text."
    ),
    "padding": (
        "A row scores {alone:.2g} standard deviations differently alone than padded in a batch, of which {padding} "
        "positions are padding."
    ),
    "order": "Scores move by {order:.2g} standard deviations when the rows of one batch change places.",
}
WHY = "What the model says of a text depends on what else happens to be in the batch, in evaluation and in use."
NEXT_STEP = {
    "mask": (
        "Return attention_mask from the tokenizer and the collator: DataCollatorWithPadding(tokenizer) makes it where "
        "the rows lack it."
    ),
    "padding": (
        'Pad where the model expects it: tokenizer.padding_side = "right" for models with absolute positions, and '
        "model.config.pad_token_id = tokenizer.pad_token_id, or pass position_ids that begin at the first real token; "
        "in a forward method of your own, leave padding out of every mean and maximum over tokens."
    ),
    "order": (
        "Look for a mean, a norm or a sort over the first dimension in the forward method, and use LayerNorm in place "
        "of BatchNorm."
    ),
}
DEGREE = Degree.ADVICE
SIGNS = ("good alone, bad in a batch",)
EXPLAINED_BY = (
    "attention_gives_nan",
    "dropout_left_on",
    "answer_index_on_padding",
    "pad_token_missing",
    "padding_on_the_right",
    "packing_crosses_examples",
    "tokenizer_of_another_model",
)

BAD = LiveScene(
    options={"mask_dropped": 1}, trial=True, says="The collator hands on the ids and leaves the attention mask behind."
)
GOOD = LiveScene(trial=True, says="It hands on both.")


def before(trial: TrialFacts, census: BatchCensus | None = None) -> Finding | NotLooked | None:
    """A row in its batch, in another order, and alone."""
    one = trial.ran("batch_invariance")
    if one is None:
        return NotLooked("no row was scored beside others and alone")
    if one.answer == "passed":
        return None
    if float(one.numbers["order"]) > float(one.numbers["tolerance"]):
        variant = "order"
    else:
        masked = census is None or "attention_mask" in census.columns
        variant = "padding" if masked or not one.numbers["padding"] else "mask"
    return Finding(
        failure="scores_depend_on_neighbours",
        moment=Moment.BEFORE,
        severity="warning" if variant == "padding" else "error",
        confidence=0.95,
        numbers=dict(one.numbers),
        place=Place("column", "attention_mask") if variant == "mask" else Place("setting", "model.forward"),
        variant=variant,
    )
