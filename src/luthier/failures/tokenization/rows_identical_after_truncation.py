"""Different texts become the same input, because only their common beginning is kept.

Symptom
    All outputs are one class, or the loss stays at chance, although the texts differ.

Why it is silent
    The rows differ in the file. What the model gets is the first tokens of each, and a letterhead, a disclaimer or a
    quoted template fills them.

Evidence
    Before: training rows whose kept token ids equal those of a row with another text. Such rows cannot be told
    apart, so the finding is an error when they are more than the noise of a score on the validation rows (1.96 *
    sqrt(p(1-p)/n) at p = 0.9), and a note from 1 % on.

Fix
    Raises model.max_tokens to the 99th percentile of the lengths, at most to what the model can take. Where the
    beginning is longer than that, take it off the text.

Source
    simpletransformers #18 (https://github.com/ThilinaRajapakse/simpletransformers/issues/18): one class for every
    row, long common beginnings suspected by the maintainer. Our scene: a letterhead of 40 words before each sentence,
    cut at 32 tokens.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.failures._fixes import repaired, wide_enough
from luthier.failures._signals import score_noise

MESSAGE = (
    "{rows} of {total} training rows ({percent:.1f} %) differ from another row only beyond "
    "model.max_tokens={max_tokens}: the model gets the same input for them."
)
WHY = "No model can tell equal inputs apart. If the labels differ, it learns to guess."
NEXT_STEP = (
    "Set model.max_tokens={suggested} (the fix does that), or take the common beginning off the texts; half of the "
    "rows are longer than {median} tokens."
)
DEGREE = Degree.APPLIED
EXPERIMENT = "Decode the kept tokens of five training rows: if they read alike, the cut is the cause."
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "data quality")
SHARE = 0.01

BAD = Scene(
    rows=200,
    options={"header": 40},
    settings={"model.max_tokens": 32},
    train=False,
    says="The same letterhead of forty words opens every row, and 32 tokens are kept.",
)
GOOD = Scene(
    rows=200,
    options={"header": 40},
    train=False,
    says="The same letters, read to the end.",
)


def before(data: DataFacts, plan: Plan, model: ModelFacts | None = None) -> Finding | NotLooked | None:
    """Look for rows that the cut makes equal."""
    if data.truncated_collisions is None:
        return NotLooked("no tokenizer was at hand to compare rows after the cut")
    total = data.rows.get("train", 0)
    share = data.truncated_collisions / total if total else 0.0
    if share < SHARE:
        return None
    lengths = data.lengths.get("train")
    quantiles = lengths.quantiles if lengths else {}
    return Finding(
        failure="rows_identical_after_truncation",
        moment=Moment.BEFORE,
        severity="error" if share > score_noise(data.rows.get("validation", 0)) else "note",
        confidence=1.0,
        numbers={
            "rows": data.truncated_collisions,
            "total": total,
            "percent": 100 * share,
            "max_tokens": plan.model.max_tokens,
            "suggested": wide_enough(plan.model.max_tokens, quantiles.get(99, 0), model, unknown=512),
            "median": quantiles.get(50, 0),
        },
        place=Place("setting", "model.max_tokens"),
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Raise the cut; never lower it."""
    tokens = max(plan.model.max_tokens, int(finding.numbers["suggested"]))
    return repaired(plan, "model", {"max_tokens": tokens}, "rows must differ where the model reads them")
