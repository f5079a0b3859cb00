"""One row is far longer than all others, and nothing cuts it.

Symptom
    Training runs for hours and then stops with "out of memory", or one step takes many times what the others take.

Why it is silent
    Batches are drawn by chance, and each is padded to its longest row. Until the long row is drawn, memory and speed
    look as they should.

Evidence
    Before: the longest training row has at least 4,096 tokens and at least four times as many as 95 of 100 rows, and
    neither the settings nor the length limit cut it. A trial that ran the longest batch decides: where it fits, nothing
    is said; where it raises, it is an error. In files, at most 5,000 rows are measured.

Fix
    Advice only: cut rows, leave the longest out, or draw the longest batch first, so that a run that will fail fails
    at once.

Source
    Qwen-VL-Series-Finetune PR #260 (https://github.com/2U1/Qwen2-VL-Finetune/pull/260): no limit took effect. Our
    experiment: a batch of eight sources of at most 35 tokens has at most 280; with one of 10,402 tokens among them it
    has 83,216. The 4,096 and the fourfold are our choice: below, usual GPUs bear the batch.
"""

import math

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts

MESSAGE = (
    "The longest training row has {longest} tokens, 95 of 100 have at most {usual}, and nothing cuts it: a batch of "
    "{batch} rows with it is padded to {padded} tokens."
)
WHY = "Memory follows the longest row of a batch: the run may stop as soon as this row is drawn, hours from now."
NEXT_STEP = (
    "Cut rows where they are tokenized (truncation=True, max_length={suggested}; in TRL max_length={suggested}), or "
    "leave out the longest. To see at once whether it fits: luthier.check(trainer, trial=True)."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Run the longest batch alone, forward and backward (luthier.check(trainer, trial=True) does): where it fits, it "
    "will fit."
)
SIGNS = ("memory or time runs away",)
LONG, TIMES = 4096, 4

BAD = LiveScene(
    "sequence_to_sequence",
    options={"long_row": 400},
    says="One source is four hundred times as long as the others, and is not cut.",
)
GOOD = LiveScene("sequence_to_sequence", says="All sources are cut after 96 tokens.")


def before(
    arguments: Arguments | None = None,
    census: BatchCensus | None = None,
    data: DataFacts | None = None,
    pairs: PairFacts | None = None,
    trial: TrialFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at the longest row."""
    points, limit = _lengths(census, data, pairs)
    if not points:
        return NotLooked("no lengths of rows are known", ("census", "data", "pairs"))
    settings = arguments or Arguments("", "unknown")
    limit = settings.number("max_length") or settings.number("max_seq_length") or limit
    usual, longest = points[95], points[100]
    ran = trial.ran("longest_batch") if trial is not None else None
    fits = ran is not None and ran.answer == "passed"
    if fits or longest < max(LONG, TIMES * usual) or (limit is not None and limit <= longest):
        return None
    batch = int(settings.number("per_device_train_batch_size") or 8)
    return Finding(
        failure="row_far_longer",
        moment=Moment.BEFORE,
        severity="warning" if ran is None else "error",
        confidence=0.7 if ran is None else 1.0,
        numbers={
            "longest": longest,
            "usual": usual,
            "batch": batch,
            "padded": batch * longest,
            "suggested": max(512, math.ceil(2 * usual / 8) * 8),
        },
        place=Place("split", "train"),
    )


def _lengths(
    census: BatchCensus | None, data: DataFacts | None, pairs: PairFacts | None
) -> tuple[dict[int, int], float | None]:
    """Percent to tokens of the training rows, and where they will be cut; a trainer's rows are cut already."""
    if census is not None and census.row_tokens:
        return census.row_tokens, None
    if data is not None and "train" in data.lengths:
        return data.lengths["train"].quantiles, data.lengths["train"].max_tokens
    if pairs is not None and pairs.whole is not None and pairs.unit == "tokens":
        return pairs.whole.quantiles, pairs.whole.limit
    return {}, None
