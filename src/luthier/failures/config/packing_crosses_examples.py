"""Several examples share a row, and attention reaches from one into the next.

Symptom
    The training loss is lower than that of the same examples alone, and answers are worse, as if the model waited for
    what stood before.

Why it is silent
    Packing saves padding, and a row of four conversations is a valid row. Nothing but positions or a mask tells where
    one ends, and an attention that knows neither reads on.

Evidence
    Before: the first two examples of a packed row of real batches are computed twice, once with the words of the first
    turned round; where the scores of the second change, attention crosses. A warning where parts of the rows are
    masked, as in instruction tuning; a note where whole texts are learned, as in pretraining.
    After: the settings of the run say packing with packing_strategy "wrapped", which cuts rows without regard to
    examples.

Fix
    Sets packing_strategy to "bfd" when asked, which tells the positions of each example. With another strategy: take an
    attention that knows positions (flash_attention_2), or no packing.

Source
    trl #805 (https://github.com/huggingface/trl/issues/805), #1230, #3526
    (https://github.com/huggingface/trl/pull/3526). Our experiment with TRL 1.16 and a tiny GPT-2: scores of the second
    example change with the words of the first under "wrapped", and not under "bfd".
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place, Severity
from luthier.facts.scene import LiveScene
from luthier.failures._fixes import reset

MESSAGE = {
    "batch": (
        "{count} of {total} rows of the first batches hold several examples, and the scores of the second change with "
        "the words of the first."
    ),
    "set": 'packing=True with packing_strategy="wrapped" joins examples and cuts them every {limit} tokens.',
}
WHY = "Examples are learned behind words that will not stand there in use."
NEXT_STEP = (
    'Set packing_strategy="bfd" (the fix does that when asked), take an attention that knows where examples begin '
    "(flash_attention_2), or set packing=False."
)
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Compute the loss of one example alone and behind another: it must be the same."
SIGNS = ("train loss far below eval loss from step 1", "good alone, bad in a batch")

BAD = LiveScene(
    "instruction",
    options={"packing": 2},
    says="Conversations are joined and cut every 128 tokens, and nothing says where one ends.",
)
GOOD = LiveScene("instruction", options={"packing": 1}, says="They are joined with positions that begin anew in each.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Look at packed rows."""
    if not census.packed:
        return None
    if census.crosses is None:
        return NotLooked("rows are packed, but their scores could not be computed")
    if not census.crosses:
        return None
    masked = census.supervised < 0.9 * sum(row.tokens for row in census.rows)
    limit = census.limit or 0
    return _finding(
        Moment.BEFORE, "batch", "warning" if masked else "note", 1.0, census.packed, len(census.rows), limit
    )


def after(arguments: Arguments) -> Finding | None:
    """Look at the settings."""
    if arguments.flag("packing") is not True or arguments.text("packing_strategy") != "wrapped":
        return None
    masked = arguments.flag("assistant_only_loss") is True or arguments.flag("completion_only_loss") is True
    limit = int(arguments.number("max_length") or 0)
    return _finding(Moment.AFTER, "set", "warning" if masked else "note", 0.7, limit=limit)


def _finding(
    moment: Moment, variant: str, severity: Severity, confidence: float, count: int = 0, total: int = 0, limit: int = 0
) -> Finding:
    return Finding(
        failure="packing_crosses_examples",
        moment=moment,
        severity=severity,
        confidence=confidence,
        numbers={"count": count, "total": total, "limit": limit},
        place=Place("setting", "packing_strategy"),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Take the strategy that keeps examples apart; other strategies already do."""
    if arguments.text("packing_strategy") != "wrapped":
        return arguments
    return reset(arguments, "packing_strategy", "bfd")
