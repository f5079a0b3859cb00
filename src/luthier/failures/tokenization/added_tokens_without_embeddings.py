"""Tokens were added to the tokenizer, and the embedding table of the model was not made larger.

Symptom
    "IndexError: index out of range in self" on a CPU, a device-side assert on a GPU: only when a row holds a new token,
    often in the middle of the run. A padding token that was added occurs in every batch of unequal rows.

Why it is silent
    add_tokens and add_special_tokens change the tokenizer alone. Nothing compares the two until a new id is looked up.

Evidence
    Before: an id in real batches that the embedding table has no row for; an error. Or added tokens of the tokenizer
    that lie behind the table, of a model in memory or of saved files; a warning. A vocabulary that is larger as a whole
    is another failure. The token for pictures of Gemma 3 is left alone: its models for text have no row for it.

Fix
    Advice only: resize the table and train the new rows. What was saved can be resized when it is loaded, but the new
    rows are untrained.

Source
    transformers #12763 (https://github.com/huggingface/transformers/issues/12763) and #11102, R-BERT #5. Our
    experiment with Transformers 5.24: one new token before each text of a tiny BERT stops the first step with an
    IndexError.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.failures._vocabulary import rows_of_table

MESSAGE = {
    "used": "The first batches hold the id {largest:,}, but the embedding table has only {rows:,} rows, from 0 on.",
    "there": (
        "{count} added tokens of the tokenizer ({tokens}) lie behind the {rows:,} rows of the model's embedding table."
    ),
}
WHY = {
    "used": "The lookup of this id stops training with an index error, on a GPU with a message of something else.",
    "there": "The first row that holds one of them stops the run with an index error.",
}
NEXT_STEP = (
    "Call model.resize_token_embeddings(len(tokenizer)) right after loading, or use a token that is there, such as "
    "tokenizer.pad_token = tokenizer.eos_token; with LoRA also train and save the new rows (trainable_token_indices)."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("tokenizer_of_another_model",)
SIGNS = ("configuration",)
PICTURES = ("<image_soft_token>",)
"""Id 262,144 in all tokenizers of Gemma 3; the table of its models for text has 262,144 rows (transformers #37011)."""

BAD = LiveScene(options={"unresized_tokens": 1}, says="A new token stands before every text, and has no vector.")
GOOD = LiveScene(says="The same texts without it.")


def before(
    tokenizer: TokenizerFacts | None = None,
    census: BatchCensus | None = None,
    weights: WeightFacts | None = None,
    config: SavedConfig | None = None,
) -> Finding | NotLooked | None:
    """Compare ids with the table."""
    rows = rows_of_table(weights, config)
    if not rows:
        return NotLooked("it is not known how many rows the embedding table has", lacks=("weights", "config"))
    if census is not None and census.largest_id is not None and census.largest_id >= rows:
        return _finding("used", {"largest": census.largest_id, "rows": rows})
    if tokenizer is None:
        return NotLooked("no tokenizer was at hand", lacks=("tokenizer",))
    behind = [token for token, number in tokenizer.added.items() if number >= rows and token not in PICTURES]
    if not behind or tokenizer.size - len(behind) > rows:
        return None
    return _finding("there", {"count": len(behind), "tokens": ", ".join(behind[:3]), "rows": rows})


def _finding(variant: str, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="added_tokens_without_embeddings",
        moment=Moment.BEFORE,
        severity="error" if variant == "used" else "warning",
        confidence=1.0 if variant == "used" else 0.9,
        numbers=numbers,
        place=Place("setting", "vocab_size"),
        variant=variant,
    )
