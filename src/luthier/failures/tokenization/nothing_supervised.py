"""Nothing enters the loss: every label of a row is the ignored index.

Symptom
    Loss and gradient norm are exactly 0 from the first step on, and the evaluation loss is not a number. The tuned
    model answers as before.

Why it is silent
    A mean over no labels is not a number, but Trainer divides a sum by a count of its own, and 0 by anything is 0. A
    loss of 0 looks like a very good one, and the run ends normally.

Evidence
    Before: rows of real batches without one label that enters the loss. Rows that the length limit has cut are another
    failure's. An error from half of the rows on, a warning from a tenth; where masked words are learned, and for tags
    and spans, a row may be empty by right, so that only batches without any label count.
    After: in a log, every loss and every gradient norm is exactly 0, in two entries or more.

Fix
    Advice only: the labels are made somewhere in code that has to be looked at. The decoded rows of the census show
    what is left of them.

Source
    trl #588 (https://github.com/huggingface/trl/issues/588), FastChat #2992
    (https://github.com/lm-sys/FastChat/issues/2992). Our experiment with Transformers 5.24: a tiny GPT-2 whose labels
    were all ignored logged loss 0.0 and grad_norm 0.0 in 12 of 12 steps, and eval_loss nan.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._places import counted
from luthier.failures._signals import severity_of

MESSAGE = {
    "batch": "{count} of {total} rows of the first batches ({percent:.3g} %) have no label that enters the loss.",
    "log": "Loss and gradient norm are exactly 0 in all {total} entries of the log: no label entered the loss.",
}
WHY = "Without a label there is no gradient: the model is saved as it came, and a loss of 0 hides it."
NEXT_STEP = {
    "batch": "Decode a batch, print its labels, and find the step that sets them all to -100.",
    "log": "Look at a batch with luthier.check(trainer), and find the step that sets all labels to -100.",
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("assistant_mask_empty", "template_masks_all", "completion_truncated_away", "answer_beyond_cut")
SIGNS = ("loss exactly 0, gradient norm 0", "tuned output equals the base")
SHARE, MOST = 0.1, 0.5
MAY_BE_EMPTY = frozenset({"masked_token", "tags", "span"})

BAD = LiveScene(
    "causal",
    options={"labels_all_ignored": 1},
    says="The answers are masked like the prompts, so that nothing is left to learn.",
)
GOOD = LiveScene("causal", says="The same rows, with only the prompts masked.")


def before(census: BatchCensus) -> Finding | NotLooked | None:
    """Count rows without a label."""
    if census.kind == "none" or not census.rows:
        return NotLooked("the batches hold no labels")
    whole = [row for row in census.rows if not row.truncated]
    count = sum(row.supervised == 0 for row in whole)
    share = count / len(census.rows)
    if share < SHARE or (census.kind in MAY_BE_EMPTY and census.supervised):
        return None
    return Finding(
        failure="nothing_supervised",
        moment=Moment.BEFORE,
        severity=severity_of(share, SHARE, MOST),
        confidence=1.0,
        numbers=counted(count, len(census.rows)),
        place=Place("column", "labels"),
        variant="batch",
    )


def after(trace: Trace) -> Finding | NotLooked | None:
    """Look for a log of zeros."""
    norms = list(trace.grad_norms.values())
    if len(trace) < 2 or not norms:
        return NotLooked("the log has fewer than two entries, or no gradient norms")
    if (trace.losses != 0).any() or any((column != 0).any() for column in norms):
        return None
    return Finding(
        failure="nothing_supervised",
        moment=Moment.AFTER,
        severity="error",
        confidence=0.9,
        numbers={"total": len(trace)},
        place=Place("step", step=int(trace.steps[0])),
        variant="log",
    )
