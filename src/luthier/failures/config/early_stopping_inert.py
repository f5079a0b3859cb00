"""Early stopping can never act: it waits for more evaluations than the run has.

Symptom
    The validation score falls for epochs, and the run goes on to its planned end.

Why it is silent
    The callback is there and counts. Nothing compares its patience with the number of evaluations that are planned.

Evidence
    Before: the first evaluation sets the mark, each one after it that is not better is counted, and a stop at the last
    one stops nothing. So the run needs patience + 2 evaluations for the callback to act. They are counted from
    eval_strategy, eval_steps, eval_delay and the length of the run. A warning where the last weights are kept, a note
    where load_best_model_at_end brings back the best ones: then only time is lost.

Fix
    A patience of a third of the evaluations, when asked. With fewer than three, advice: score more often.

Source
    transformers #16620 (https://github.com/huggingface/transformers/issues/16620), #28530; axolotl #28. Our experiment
    with Transformers 5.24: with patience 2 a run of three evaluations goes to its end whatever they say, with 1 it
    stops at the second.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._intervals import evaluations, total_steps

MESSAGE = (
    "EarlyStoppingCallback waits for {patience} evaluations without a better score, and the run has {count} in all: it "
    "can never end the run early."
)
WHY = "A model that gets worse is trained to the end, and without load_best_model_at_end the worse one is kept."
NEXT_STEP = {
    "patience": "Set train.patience={suggested} (the fix does that when asked), or evaluate more often.",
    "rarely": 'Evaluate more often: eval_strategy="steps" and eval_steps at a tenth of the run or less.',
}
DEGREE = Degree.WHEN_ASKED
SIGNS = ("train falls, eval rises", "configuration")

BAD = LiveScene(options={"early_stopping": 3}, says="The run has three epochs, and the callback waits for three.")
GOOD = LiveScene(
    arguments={"load_best_model_at_end": True, "save_strategy": "epoch"},
    options={"early_stopping": 1},
    says="It waits for one, and the best model is loaded at the end.",
)


def before(
    arguments: Arguments, plan: Plan, census: BatchCensus | None = None, trace: Trace | None = None
) -> Finding | NotLooked | None:
    """Compare patience and planned evaluations."""
    patience = plan.train.patience
    if not patience:
        return None
    count = evaluations(arguments, plan, total_steps(arguments, trace, census))
    if count is None:
        return NotLooked("how often the run is scored is not known")
    if count >= patience + 2:
        return None
    return Finding(
        failure="early_stopping_inert",
        moment=Moment.BEFORE,
        severity="note" if arguments.flag("load_best_model_at_end") else "warning",
        confidence=1.0,
        numbers={"patience": patience, "count": count, "suggested": max(1, count // 3)},
        place=Place("setting", "train.patience"),
        variant="patience" if count > 2 else "rarely",
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """A shorter patience, where one can act."""
    if finding.variant != "patience":
        return plan
    patience = min(plan.train.patience, int(finding.numbers["suggested"]))
    return repaired(plan, "train", {"patience": patience}, "the run has no more evaluations")
