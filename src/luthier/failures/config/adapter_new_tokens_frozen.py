"""Tokens were added for training with an adapter, and their rows of the embedding table never learn.

Symptom
    New tokens, such as turn marks of a chat template, are never written by the tuned model, and their meaning is not
    learned. Where the rows are not saved either, loading stops with a size mismatch, or draws them anew.

Why it is silent
    Resizing the table draws the new rows near the mean of the others. The adapter freezes the table, and the layers
    learn around it: the loss falls. PEFT saves a table that was resized, which is not to say that it learned.

Evidence
    Before: the tokenizer has added tokens beyond the vocabulary of the model that was loaded, other than padding, and
    no part of the embedding table learns. An error where a batch holds such a token, else a warning.
    After: the same of a saved tokenizer and adapter, where the base model is at hand. Without it: the adapter's file
    holds the whole table although no setting trains it, which PEFT does where the table was resized.

Fix
    Advice only: let the rows of the new tokens learn with trainable_token_indices, or the whole tables with
    modules_to_save.

Source
    peft #1300 (https://github.com/huggingface/peft/issues/1300), #1457, #2898; qlora #214. Our experiment with PEFT
    0.21.2: after resize_token_embeddings and get_peft_model no row requires a gradient, and the table is saved only
    where the config of the base model can be found.
"""

from collections.abc import Iterable

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import AdapterFacts, WeightFacts
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.failures._adapters import names_in, whole

MESSAGE = {
    "known": (
        "{count} tokens were added, first {first}, and their rows of {table} do not learn: they stay as resizing drew "
        "them."
    ),
    "resized": (
        "The adapter's file holds all {rows} rows of {table} although no setting trains them: the table was resized "
        "for new tokens, such as {first}, and their rows did not learn."
    ),
}
WHY = "The model reads the new tokens as noise and cannot learn to write them."
NEXT_STEP = (
    'Set LoraConfig(trainable_token_indices={{"{table}": tokenizer.convert_tokens_to_ids([...])}}, ...) for the new '
    'tokens, or modules_to_save=["{table}"] (in language models with "lm_head" beside it), and train again.'
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Compare the rows of the new tokens with those after resize_token_embeddings alone: they must differ."
SIGNS = ("all generations hit the length limit", "tuned output equals the base", "configuration")
TABLES = ("embed_tokens", "word_embeddings", "wte", "shared", "embed_in", "tok_embeddings", "word_embedding")

BAD = LiveScene(
    "adapter", options={"new_tokens": 2}, says="Two tokens stand before every text, and the adapter freezes their rows."
)
GOOD = LiveScene("adapter", options={"new_tokens": 2, "new_tokens_learn": 1}, says="Their rows learn.")


def before(
    adapter: AdapterFacts, tokenizer: TokenizerFacts, weights: WeightFacts, census: BatchCensus | None = None
) -> Finding | NotLooked | None:
    """Look at a model in memory."""
    if adapter.base_rows is None:
        return NotLooked("the vocabulary of the model that was loaded is not known")
    learning = _table(weights.learning or ())
    new = _new(tokenizer, adapter.base_rows, weights.embedding_rows or 0)
    if not new or learning or _learned(adapter):
        return None
    used = census is not None and census.largest_id in new.values()
    numbers: dict[str, Number] = {"count": len(new), "first": next(iter(new))}
    return _finding(Moment.BEFORE, "known", {**numbers, "table": _table(weights.tensors)}, 0.95, used=used)


def after(adapter: AdapterFacts, tokenizer: TokenizerFacts) -> Finding | None:
    """Look at a saved adapter and the tokenizer beside it."""
    if not adapter.tensors or _learned(adapter):
        return None
    table = _table(adapter.embeddings)
    if adapter.base_rows is not None:
        new = _new(tokenizer, adapter.base_rows, tokenizer.size)
        numbers: dict[str, Number] = {"count": len(new), "first": next(iter(new), "")}
        return _finding(Moment.AFTER, "known", {**numbers, "table": table or TABLES[0]}, 0.9) if new else None
    last = max(tokenizer.added, key=lambda token: tokenizer.added[token], default="")
    stored = [name for name in whole(adapter) if table and f".{table}." in name]
    if not stored or not last or tokenizer.added[last] == tokenizer.special.get("pad"):
        return None
    rows = (*adapter.tensors[stored[0]], 0)[0]
    return _finding(Moment.AFTER, "resized", {"rows": rows, "first": last, "table": table}, 0.75)


def _new(tokenizer: TokenizerFacts, known: int, rows: int) -> dict[str, int]:
    """Added tokens beyond the vocabulary that was loaded and within the table; padding need not learn."""
    padding = tokenizer.special.get("pad")
    return {token: number for token, number in tokenizer.added.items() if known <= number < rows and number != padding}


def _table(names: Iterable[str]) -> str:
    """Name of the embedding table among names of tensors; empty where there is none."""
    parts = {part for name in names for part in name.split(".")}
    return next((table for table in TABLES if table in parts), "")


def _learned(adapter: AdapterFacts) -> bool:
    """Whether some of the table learns: whole, by a low-rank pair, or row by row."""
    named = any(name.rpartition(".")[2] in TABLES for name in names_in(adapter, "modules_to_save"))
    return named or any("lora_" in name or "trainable_tokens" in name for name in adapter.embeddings)


def _finding(
    moment: Moment, variant: str, numbers: dict[str, Number], confidence: float, *, used: bool = False
) -> Finding:
    return Finding(
        failure="adapter_new_tokens_frozen",
        moment=moment,
        severity="error" if used else "warning",
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "trainable_token_indices"),
        variant=variant,
    )
