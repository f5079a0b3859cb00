"""The run ended while its evaluations were still getting better as fast as before.

Symptom
    The last evaluation is the best by far, and the one before it was the best by far when it was made.

Why it is silent
    A run that ends as planned is a success. Three epochs are a habit that asks neither for the number of rows nor for
    how steep the curve is.

Evidence
    After: at least three evaluations at even distances; in the last two distances the evaluation loss fell, by more
    than the 95 % interval of its difference each time and by 5 % at least, and in the last one at least 0.8 times as
    far as before. A curve that levels off, as one does under a rate that falls to zero, is not told. A run that a
    callback may end early is not judged. A warning.

Fix
    Twice as many epochs, when asked; the best of them is then to be loaded at the end.

Source
    Zhang et al. 2021, https://arxiv.org/abs/2006.05987 (more steps help on small sets more than anything else). An
    exponential that has three time constants in a run of three evaluations keeps 0.37 of its slope from one to the
    next; the limit of 0.8 is ours.
"""

import math

from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._causes import RUINED
from luthier.failures._fixes import repaired
from luthier.failures._signals import Z95

MESSAGE = (
    "The evaluation loss fell from {before:.3g} to {between:.3g} and then to {last:.3g} at step {step}, the last one: "
    "the run ended while it was getting better as fast as before (train.epochs={epochs:g})."
)
WHY = "What the next epochs would have brought is about as much as the last ones did."
NEXT_STEP = "Set train.epochs={suggested:g} (the fix does that when asked), with load_best_model_at_end=True."
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Train for twice as many epochs: the evaluation loss ends lower if this is it."
SIGNS = ("loss falls, score does not", "loss floor above 0")
EXPLAINED_BY = (*RUINED, "rate_unsuited_to_family", "stuck_at_chance", "too_few_steps")
STEADY, LEAST = 0.8, 0.05

BAD = RunScene(
    log={"eval_rows": 2000, "eval_start": 1.4, "eval_end": 0.5, "eval_shape": "straight"},
    arguments={"num_train_epochs": 3},
    says="Three epochs end while each one takes the evaluation loss further down.",
)
GOOD = RunScene(log={"eval_rows": 2000}, says="Five epochs end where the evaluation loss has levelled off.")


def after(trace: Trace, plan: Plan) -> Finding | NotLooked | None:
    """Look at the last three evaluations."""
    scored = [(step, e) for step, e in trace.evaluations if e.loss is not None and math.isfinite(e.loss) and e.rows]
    if len(scored) < 3:
        return NotLooked("fewer than three evaluations with a loss")
    (first_step, _), (middle_step, _), (step, _) = scored[-3:]
    even = abs((step - middle_step) - (middle_step - first_step)) <= 1
    if not (trace.finished and even) or plan.train.patience or not _at_its_end(step, trace, plan):
        return None
    one, other, last = (e for _, e in scored[-3:])
    before, now = _gain(one, other), _gain(other, last)
    if not now or now < STEADY * before or not before:
        return None
    return Finding(
        failure="stopped_while_improving",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.8,
        numbers={
            "before": one.loss or 0.0,
            "between": other.loss or 0.0,
            "last": last.loss or 0.0,
            "step": step,
            "epochs": plan.train.epochs,
            "suggested": 2 * plan.train.epochs,
        },
        place=Place("setting", "train.epochs", step=step),
    )


def _at_its_end(step: int, trace: Trace, plan: Plan) -> bool:
    """Whether the last evaluation was made where the plan ends."""
    planned = plan.train.epochs * trace.steps_per_epoch
    return planned > 0 and abs(step - planned) <= max(1.0, 0.02 * planned)


def _gain(before: Evaluation, now: Evaluation) -> float:
    """By how much the loss fell; 0 where that is little, or within its 95 % interval. The loss of a row is taken to
    spread by its mean, as that of an exponential distribution does, and both evaluations as drawn anew: they are made
    on the same rows, so that the interval is on the safe side.
    """
    then, later = before.loss or 0.0, now.loss or 0.0
    noise = Z95 * math.hypot(then / math.sqrt(before.rows), later / math.sqrt(now.rows))
    return then - later if then - later > max(noise, LEAST * then) else 0.0


def fix(plan: Plan, finding: Finding) -> Plan:
    """More epochs, never fewer."""
    epochs = max(plan.train.epochs, float(finding.numbers["suggested"]))
    return repaired(plan, "train", {"epochs": epochs}, "evaluations were still getting better")
