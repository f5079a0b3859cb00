"""Much of the text lies beyond the cut and never reaches the model.

Symptom
    The model ignores what stands late in the text: conclusions, signatures, the paragraph that decides. Scores stay
    below what word counts reach.

Why it is silent
    Tokenizers cut without a word, and default lengths (128, 512, 1024) have nothing to do with the data. Training
    runs faster and ends normally.

Evidence
    Before: more than 1 % of the training rows are cut, and more than 5 % of the training tokens lie beyond the cut.
    Both, because on SMS spam five freak rows of 3,869 hold 5 % of all tokens; the 1 % is what a cut at the 99th
    percentile of the lengths, which Luthier derives, leaves by design. A warning; an error when more than half of
    the tokens are lost; a note where the cut is the length that the checkpoint itself was trained for (Reuters R8
    on MiniLM-L6: 15 %).

Fix
    Raises model.max_tokens to the 99th percentile of the lengths, at most to what the model can take, when asked:
    longer rows cost time. Where the model itself is too short, cut the text by meaning or choose a model for long
    texts.

Source
    trl #2400 and #3449 (https://github.com/huggingface/trl/issues/2400): a default of 1024 cut the data. axolotl
    #1749: asked for 8192, got 2048. Sun et al. 2019, https://arxiv.org/abs/1905.05583: which part of a long text is
    kept changes the error.
"""

from luthier.facts.data import DataFacts, Lengths
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place, Severity
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.failures._fixes import repaired, wide_enough

MESSAGE = {
    "cut": (
        "{percent:.1f} % of the training tokens lie beyond model.max_tokens={max_tokens} and are not read: {rows} "
        "of {total} rows are cut; half of all rows are longer than {median} tokens, one in a hundred longer than "
        "{p99}."
    ),
    "model": (
        "{percent:.1f} % of the training tokens lie beyond the {max_tokens} tokens that {model} can take and are "
        "not read: {rows} of {total} rows are cut (model.max_tokens)."
    ),
}
WHY = "What is cut can decide the label, and the score does not say that the model never saw it."
NEXT_STEP = {
    "cut": "Set model.max_tokens={suggested} (the fix does that when asked).",
    "model": (
        "Keep the part of each text that decides (first lines, a summary, a paragraph per row), or choose a model "
        "with more positions."
    ),
}
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Score short and long rows apart: if only rows beyond the cut are poor, the cut is the cause."
SIGNS = ("no better than a baseline", "data quality")
EXPLAINED_BY = ("rows_identical_after_truncation", "template_repeated", "text_cut_by_default")
LOST, ROWS = 0.05, 0.01

BAD = Scene(
    rows=200,
    settings={"model.max_tokens": 16},
    train=False,
    says="Sentences of about twenty tokens, cut after sixteen.",
)
GOOD = Scene(rows=200, train=False, says="The same sentences, read to the end.")


def before(data: DataFacts, plan: Plan, model: ModelFacts | None = None) -> Finding | NotLooked | None:
    """Look at the tokens beyond the cut."""
    lengths = data.lengths.get("train")
    if lengths is None:
        return NotLooked("no tokenizer was at hand to measure lengths")
    if lengths.tokens_lost_share <= LOST or lengths.rows_cut <= ROWS * lengths.rows:
        return None
    suggested = longest_useful(lengths, model)
    variant = "cut" if suggested > plan.model.max_tokens else "model"
    return Finding(
        failure="text_truncated_away",
        moment=Moment.BEFORE,
        severity=_severity(lengths.tokens_lost_share, plan, model),
        confidence=1.0,
        numbers={
            "percent": 100 * lengths.tokens_lost_share,
            "max_tokens": plan.model.max_tokens,
            "rows": lengths.rows_cut,
            "total": lengths.rows,
            "median": lengths.quantiles.get(50, 0),
            "p99": lengths.quantiles.get(99, 0),
            "model": plan.model.id,
            "suggested": suggested,
        },
        place=Place("setting", "model.max_tokens"),
        variant=variant,
    )


def _severity(lost: float, plan: Plan, model: ModelFacts | None) -> Severity:
    if lost > 0.5:
        return "error"
    own_length = model is not None and plan.model.max_tokens >= (model.trained_tokens or model.usable_positions)
    return "note" if own_length else "warning"


def longest_useful(lengths: Lengths, model: ModelFacts | None) -> int:
    """The 99th percentile of the lengths in multiples of 8, at most what the model can take (512 where that is
    unknown).
    """
    return wide_enough(0, lengths.quantiles.get(99, lengths.max_tokens), model, unknown=512)


def fix(plan: Plan, finding: Finding) -> Plan:
    """Raise the cut; never lower it."""
    tokens = max(plan.model.max_tokens, int(finding.numbers["suggested"]))
    return repaired(plan, "model", {"max_tokens": tokens}, "99 % of the rows are read to their end")
