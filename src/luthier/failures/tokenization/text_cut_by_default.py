"""Much of the rows lies behind a length limit that nobody chose, and never reaches the model.

Symptom
    The model ignores what stands late in a text, or never writes a long answer to its end. Long rows score
    low.

Why it is silent
    TRL and LLaMA-Factory cut at 1024 tokens unless told otherwise, tokenizers at the length that they state. What is
    cut is reported nowhere; training is faster for it and ends normally.

Evidence
    Before: rows of real batches that fill the limit, though the model could take more: more than a tenth of the rows
    beyond chance; of labelled texts and of sources only at the length that the tokenizer itself states. Blocks of
    equal length, as language modelling makes them, do not count, nor does packing. Or rows of a data file whose source
    is cut, where source and target are written apart and the model could take more: more than 1 % of the rows and 5 %
    of the tokens; a warning at the length that the tokenizer states, a note at one that someone chose. Targets that
    are cut, and labelled texts that were measured at this limit, are told in their own right.

Fix
    Advice only: set the limit to the 99th percentile of the lengths in tokens, at most to the positions of the model.

Source
    trl #2400 and PR #3449 (https://github.com/huggingface/trl/issues/2400), LLaMA-Factory #2996
    (https://github.com/hiyouga/LLaMA-Factory/issues/2996), axolotl #1749: asked for 8192, got 2048. Our experiment
    with TRL 1.16: with max_length=64, 8 of 16 conversations of 78 tokens were cut without a word.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.model import ModelFacts
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import LiveScene
from luthier.facts.tokenizer import TokenizerFacts
from luthier.failures._places import counted, place_of_rows
from luthier.failures._signals import score_noise

MESSAGE = {
    "batch": (
        "{count} of {total} rows of the first batches ({percent:.3g} %) fill the limit of {limit} tokens{whose}, "
        "though the model can take {usable:,}."
    ),
    "rows": (
        "{count} of {total} training rows ({percent:.3g} %) lose the end of their source at {limit} tokens: {lost:.3g} "
        "% of all source tokens are cut. The longest has {longest:,} tokens."
    ),
}
WHY = "What stands behind the limit is neither read nor learned, and no number of the run says so."
NEXT_STEP = {
    "batch": (
        "Set the limit to the 99th percentile of your rows in tokens: SFTConfig(max_length=…), or max_length=… where "
        "you call the tokenizer."
    ),
    "rows": "Set max_source_length (or max_length where you tokenize sources) up to {longest}, or shorten the sources.",
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("completion_truncated_away", "target_truncated")
SIGNS = ("data quality", "all generations hit the length limit")
SHARE, ROWS, LOST = 0.1, 0.01, 0.05
READ = frozenset({"classes", "multilabel", "number", "tags", "span", "masked_token", "sequence_to_sequence"})
"""Kinds of labels whose inputs are only read."""
DEFAULTS = {("SFTConfig", 1024): " (the default of TRL)"}

BAD = LiveScene(
    "instruction",
    options={"prompt_in_loss": 1},
    arguments={"max_length": 64},
    says="Every other conversation has two exchanges, and the second one lies behind the limit.",
)
GOOD = LiveScene("instruction", options={"prompt_in_loss": 1}, says="The same conversations with room for both.")


def before(
    pairs: PairFacts | None = None,
    census: BatchCensus | None = None,
    arguments: Arguments | None = None,
    model: ModelFacts | None = None,
    data: DataFacts | None = None,
    tokenizer: TokenizerFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at sources in the file, else at rows of real batches."""
    if pairs is not None:
        return _of_sources(pairs, model, tokenizer)
    if census is None or census.limit is None:
        return NotLooked("neither rows nor batches with a length limit were at hand", lacks=("pairs", "census"))
    if model is None:
        return NotLooked("it is not known how long a text the model can take")
    lengths = data.lengths.get("train") if data is not None else None
    if lengths is not None and lengths.max_tokens == census.limit:
        return NotLooked("what this limit cuts was measured on all rows")
    kind = arguments.kind if arguments is not None else ""
    if census.kind in READ and (tokenizer is None or census.limit != tokenizer.max_length):
        return None  # reading the beginning alone is a usual choice, where nobody has to write the end
    cut, total = sum(row.truncated and row.supervised > 0 for row in census.rows), len(census.rows)
    blocks = cut == total and census.kind in ("next_token", "masked_token") and kind != "SFTConfig"
    if not cut or blocks or census.limit >= model.usable_positions:
        return None
    if cut / total - score_noise(total, cut / total) <= SHARE:
        return None
    whose = DEFAULTS.get((kind, census.limit), "")
    numbers = {**counted(cut, total), "limit": census.limit, "usable": model.usable_positions, "whose": whose}
    return _finding("batch", "warning", 0.9, numbers, Place("setting", "max_length"))


def _of_sources(
    pairs: PairFacts, model: ModelFacts | None, tokenizer: TokenizerFacts | None
) -> Finding | NotLooked | None:
    source = pairs.source
    if source is None or source.limit is None:
        return NotLooked("no tokenizer was at hand, or no length limit is known")
    full = model is not None and source.limit >= model.usable_positions
    if full or pairs.whole is not None or source.cut <= ROWS * source.rows or source.lost <= LOST:
        return None
    numbers = {
        **counted(source.cut, source.rows),
        "limit": source.limit,
        "lost": 100 * source.lost,
        "longest": source.quantiles[100],
    }
    by_default = tokenizer is not None and source.limit == tokenizer.max_length
    return _finding("rows", "warning" if by_default else "note", 1.0, numbers, place_of_rows("train", source.places))


def _finding(variant: str, severity: Severity, confidence: float, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="text_cut_by_default",
        moment=Moment.BEFORE,
        severity=severity,
        confidence=confidence,
        numbers=numbers,
        place=place,
        variant=variant,
    )
