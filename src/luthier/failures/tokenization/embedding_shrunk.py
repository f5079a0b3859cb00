"""The embedding table was resized to the tokenizer and became smaller than that of the base model.

Symptom
    The tuned weights no longer fit the base: adapters, merged models and checkpoints of the two have other shapes.

Why it is silent
    Tables are padded to a multiple of 64 or 128 and are larger than the tokenizer, and
    resize_token_embeddings(len(tokenizer)) cuts them down as it would make them larger. Training goes on as usual.

Evidence
    Before and after: vocab_size of the model is smaller than that of the base model, whose config is at hand (--base, a
    local folder or the hub's cache). A note for a whole model, which is sound in itself; a warning where an adapter is
    trained, since it must later be put on the base.

Fix
    Advice only: resize upwards alone, and start again from the base model.

Source
    transformers #19959 and PR #20043 (https://github.com/huggingface/transformers/pull/20043). Our experiment with
    Transformers 5.24: a table of 600 rows has 532 after resize_token_embeddings(532), and nothing is raised.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import AdapterFacts, SavedConfig
from luthier.facts.scene import RunScene
from luthier.failures._vocabulary import stated

MESSAGE = "The embedding table has {rows:,} rows; that of the base model has {base:,}: {lost:,} were cut off."
WHY = "Weights and adapters of this model do not fit its base any more, nor those of the base this model."
NEXT_STEP = (
    "Resize upwards alone: if len(tokenizer) > model.get_input_embeddings().num_embeddings: "
    "model.resize_token_embeddings(len(tokenizer), pad_to_multiple_of=64)."
)
DEGREE = Degree.ADVICE
SIGNS = ("configuration",)

BAD = RunScene(config={"vocab_size": 500}, base=True, says="The table was cut to 500 rows before training.")
GOOD = RunScene(base=True, says="The table is as large as that of the base.")


def before(config: SavedConfig, adapter: AdapterFacts | None = None) -> Finding | NotLooked | None:
    """Compare with the base."""
    rows, base = stated(config.model, "vocab_size"), stated(config.base, "vocab_size")
    if rows is None or base is None:
        return NotLooked("the base model's config is not at hand")
    if rows >= base:
        return None
    return Finding(
        failure="embedding_shrunk",
        moment=Moment.BEFORE,
        severity="note" if adapter is None else "warning",
        confidence=1.0,
        numbers={"rows": rows, "base": base, "lost": base - rows},
        place=Place("setting", "vocab_size"),
    )
