"""Rows are longer than the model has positions.

Symptom
    An error about an index or a size, on a GPU a device-side assert, sometimes only for one late batch; RoBERTa fails
    from 513 tokens on though its config says 514. Models with rotary positions do not fail: they read and write
    nonsense.

Why it is silent
    Tokenizers cut only when asked to, and at the length that they state, which is often missing or absurdly large.
    Until the first long row comes, all is well.

Evidence
    Before: the longest training row, or row of real batches or of the data file as it is cut, has more tokens than the
    model has positions that a token can have. An error where positions are a table, a warning where they are rotary;
    models that have neither take longer rows.
    After: the console holds both the warning that a sequence is too long and an index error.

Fix
    Advice only: cut rows at the positions of the model.

Source
    transformers #14243 (https://github.com/huggingface/transformers/issues/14243), #8077, #2446 and #1726, unsloth #487
    (https://github.com/unslothai/unsloth/issues/487). Our experiment: rows of up to 236 tokens stop a tiny BERT of
    64 positions at its first step: "The expanded size of the tensor (227) must match the existing size (64)".
"""

from luthier.facts.census import BatchCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.model import ModelFacts
from luthier.facts.pairs import PairFacts
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import LiveScene

MESSAGE = {
    "table": "The longest row has {longest:,} tokens, but the model has only {usable:,} positions.",
    "rotary": "The longest row has {longest:,} tokens, but the model was made for {usable:,} positions.",
    "console": '{file} says "{text}" on line {line}, and holds an index error: the model has {usable:,} positions.',
}
WHY = {
    "table": "The first batch that holds such a row stops the run with an error about an index or a size.",
    "rotary": "Positions that the model never met give nonsense, in training as in use, and raise nothing.",
    "console": "A position that the model has no vector for stopped the run.",
}
NEXT_STEP = "Cut rows where you tokenize them: tokenizer(text, truncation=True, max_length={usable})."
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("added_tokens_without_embeddings", "tokenizer_of_another_model", "row_far_longer")
SIGNS = ("configuration",)
ROTARY = ("rope", "rotary")
"""Parts of the names of settings that models with rotary positions have."""
TABLES = ("position_embedding", "embed_positions", "wpe.", "pos_emb")
"""Parts of the names of tables of positions; models with relative positions (DeBERTa) have none, and no end."""

BAD = LiveScene(options={"long_rows": 1}, says="Rows of up to 236 tokens for a model of 64 positions, uncut.")
GOOD = LiveScene(says="The same rows cut at 64.")


def before(
    model: ModelFacts,
    config: SavedConfig | None = None,
    weights: WeightFacts | None = None,
    census: BatchCensus | None = None,
    data: DataFacts | None = None,
    pairs: PairFacts | None = None,
    plan: Plan | None = None,
) -> Finding | NotLooked | None:
    """Compare the longest row with the positions."""
    longest = max(_of_batches(census), _of_rows(data, plan), _of_pairs(pairs))
    if not longest:
        return NotLooked("no row was at hand that is counted in tokens", lacks=("census", "data", "pairs"))
    if longest <= model.usable_positions:
        return None
    rotary = config is not None and any(part in name for name in config.model for part in ROTARY)
    if not rotary and weights is not None and not any(part in name for name in weights.tensors for part in TABLES):
        return None
    numbers: dict[str, Number] = {"longest": longest, "usable": model.usable_positions}
    place = Place("setting", "max_length")
    return _finding(Moment.BEFORE, "rotary" if rotary else "table", "warning" if rotary else "error", numbers, place)


def after(console: ConsoleFacts, model: ModelFacts) -> Finding | None:
    """Look for the warning and for the crash that it foretold."""
    lines = console.messages.get("sequence_longer_than_maximum", ())
    if not lines or "token_out_of_range" not in console.messages:
        return None
    numbers: dict[str, Number] = {
        "file": lines[0].file,
        "line": lines[0].number,
        "text": lines[0].text,
        "usable": model.usable_positions,
    }
    place = Place("file", lines[0].file, lines=(lines[0].number,))
    return _finding(Moment.AFTER, "console", "error", numbers, place)


def _of_batches(census: BatchCensus | None) -> int:
    """Tokens of the longest row; rows that hold several examples begin their positions anew."""
    if census is None or census.packed:
        return 0
    return max([*census.row_tokens.values(), *(row.tokens for row in census.rows)], default=0)


def _of_rows(data: DataFacts | None, plan: Plan | None) -> int:
    lengths = data.lengths.get("train") if data is not None else None
    return min(lengths.quantiles[100], plan.model.max_tokens) if lengths is not None and plan is not None else 0


def _of_pairs(pairs: PairFacts | None) -> int:
    whole = pairs.whole if pairs is not None and pairs.unit == "tokens" else None
    return min(whole.quantiles[100], whole.limit) if whole is not None and whole.limit is not None else 0


def _finding(moment: Moment, variant: str, severity: Severity, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="longer_than_positions",
        moment=moment,
        severity=severity,
        confidence=0.9,
        numbers=numbers,
        place=place,
        variant=variant,
    )
