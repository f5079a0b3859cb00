"""Targets are cut at the length limit, so that their ends are never learned.

Symptom
    Long answers and summaries break off, or go on until generation stops them: the model has seen no end.

Why it is silent
    Libraries have default limits (1024 in TRL and LLaMA-Factory, 128 for targets in the scripts of Transformers) that
    have nothing to do with the data. Training is faster for it and ends normally.

Evidence
    Before: more than 1 % of the training rows lose something of their target at the limit, and more than 1 % of all
    target tokens are lost, measured with the run's own tokenizer on at most 5,000 rows. A warning; an error where more
    than half of the targets are cut. Rows that lose all of it count too, and where they are many, that is told instead.

Fix
    Raises max_length, or max_target_length for models that write the target apart, to the longest row, at most to the
    positions of the model, when asked.

Source
    trl PR #3449 and #2400 (https://github.com/huggingface/trl/issues/2400), LLaMA-Factory #2996
    (https://github.com/hiyouga/LLaMA-Factory/issues/2996), axolotl #1749: asked for 8192, got 2048.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked
from luthier.facts.model import ModelFacts
from luthier.facts.pairs import PairFacts
from luthier.facts.scene import RunScene
from luthier.failures._fixes import raised, wide_enough
from luthier.failures._places import counted, place_of_rows

MESSAGE = (
    "{count} of {total} training rows ({percent:.3g} %) lose the end of their target at {name}={limit}, the first on "
    "line {line}: {lost:.3g} % of all target tokens are cut. The longest has {longest} tokens."
)
WHY = "A target without its end teaches that there is none, and what stood there is not learned."
NEXT_STEP = "Set {name}={suggested} (the fix does that when asked), or leave the longest rows out."
DEGREE = Degree.WHEN_ASKED
EXPLAINED_BY = ("completion_truncated_away",)
SIGNS = ("all generations hit the length limit",)
ROWS, LOST, MOST = 0.01, 0.01, 0.5

BAD = RunScene(
    folder="causal",
    arguments={"max_length": 160},
    rows="conversations",
    options={"behind": 40},
    says="Answers have a long letterhead behind them, and rows are cut after 160 tokens.",
)
GOOD = RunScene(folder="causal", rows="conversations", says="The same conversations without it, cut after 256.")


def before(pairs: PairFacts, model: ModelFacts | None = None) -> Finding | NotLooked | None:
    """Look at targets that reach beyond the limit."""
    target = pairs.target
    if target is None or target.limit is None:
        return NotLooked("no tokenizer was at hand, or no length limit is known")
    if target.cut <= ROWS * target.rows or target.lost <= LOST:
        return None
    apart = pairs.whole is None
    longest = (target if pairs.whole is None else pairs.whole).quantiles[100]
    return Finding(
        failure="target_truncated",
        moment=Moment.BEFORE,
        severity="error" if target.cut > MOST * target.rows else "warning",
        confidence=1.0,
        numbers={
            **counted(target.cut, target.rows, target.places),
            "lost": 100 * target.lost,
            "name": "max_target_length" if apart else "max_length",
            "limit": target.limit,
            "longest": longest,
            "suggested": wide_enough(target.limit, longest, None if apart else model),
        },
        place=place_of_rows("train", target.places),
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Raise the limit; never lower it, and leave it alone where the run does not set it."""
    return raised(arguments, str(finding.numbers["name"]), int(finding.numbers["suggested"]))
