"""Prompts fill the length limit, and nothing of the answer is left to learn.

Symptom
    Loss and gradient norm are exactly 0 on some or all steps, or rows vanish and an epoch has fewer steps than rows ask
    for. The tuned model answers as before.

Why it is silent
    Cutting at the right is the default, and what stands there is the answer. A row whose labels are all ignored has a
    loss of 0, which looks like a very good one; TRL drops such rows behind a progress bar.

Evidence
    Before: training rows whose target begins behind the limit, counted with the run's own tokenizer and chat template
    on at most 5,000 rows; or rows of a real batch that fill the limit and have no supervised token. A note below 1 % of
    the rows, a warning from there, an error from half of them on.

Fix
    Raises max_length to the longest row, at most to the positions of the model, when asked: longer rows cost memory and
    time. Else shorten the prompts, or cut them from the left.

Source
    trl #6668 (https://github.com/huggingface/trl/issues/6668). Our experiment with TRL 1.16: 8 of 16 rows were dropped
    with no word but the caption of a progress bar.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.model import ModelFacts
from luthier.facts.pairs import LengthFacts, PairFacts
from luthier.facts.scene import RunScene
from luthier.failures._fixes import raised, wide_enough
from luthier.failures._places import counted, place_of_rows
from luthier.failures._signals import severity_of

MESSAGE = {
    "rows": (
        "{count} of {total} training rows ({percent:.3g} %) have their whole target behind max_length={limit}, the "
        "first on line {line}: nothing of them is learned. The longest row has {longest} tokens."
    ),
    "batch": (
        "{count} of {total} rows of the first batches ({percent:.3g} %) fill max_length={limit} with their prompt: "
        "nothing of them is learned."
    ),
}
WHY = "The run pays for these rows and learns nothing from them, and a loss of 0 makes the mean loss look better."
NEXT_STEP = {
    "rows": "Set max_length={suggested} (the fix does that when asked), or shorten the prompts.",
    "batch": "Raise max_length above {limit}, up to the longest row, or shorten the prompts.",
}
DEGREE = Degree.WHEN_ASKED
SIGNS = ("loss exactly 0, gradient norm 0", "tuned output equals the base")
SHARE, MOST = 0.01, 0.5

BAD = RunScene(
    folder="causal",
    arguments={"max_length": 160},
    rows="conversations",
    options={"before": 80, "long": 0.3},
    says="Three questions in ten stand behind a long letterhead, and rows are cut after 160 tokens.",
)
GOOD = RunScene(folder="causal", rows="conversations", says="The same conversations without it, cut after 256.")


def before(
    pairs: PairFacts | None = None,
    census: BatchCensus | None = None,
    arguments: Arguments | None = None,
    model: ModelFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at rows whose target is gone, in the file or in a batch."""
    if pairs is not None and pairs.target is not None and pairs.target.limit is not None:
        longest = pairs.whole.quantiles[100] if pairs.whole is not None else pairs.target.limit
        return _of_rows(pairs.target, longest, model)
    if census is None or not census.rows:
        return NotLooked("neither rows with a length limit nor a batch were at hand", lacks=("pairs", "census"))
    gone = sum(row.truncated and row.supervised == 0 for row in census.rows)
    if not gone:
        return None
    limit = census.limit or max(row.tokens for row in census.rows)
    numbers = {**counted(gone, len(census.rows)), "limit": limit, "suggested": 0}
    return _finding("batch", gone / len(census.rows), numbers, Place("setting", "max_length"))


def _of_rows(target: LengthFacts, longest: int, model: ModelFacts | None) -> Finding | None:
    if not target.gone or target.limit is None:
        return None
    numbers = {
        **counted(target.gone, target.rows, target.places),
        "limit": target.limit,
        "longest": longest,
        "suggested": wide_enough(target.limit, longest, model),
    }
    return _finding("rows", target.gone / target.rows, numbers, place_of_rows("train", target.places))


def _finding(variant: str, share: float, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="completion_truncated_away",
        moment=Moment.BEFORE,
        severity=severity_of(share, SHARE, MOST),
        confidence=1.0,
        numbers=numbers,
        place=place,
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Raise the limit; never lower it, and leave it alone where the run does not set it."""
    return raised(arguments, "max_length", int(finding.numbers["suggested"]))
