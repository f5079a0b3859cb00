"""The run ended while its evaluations were still getting better as fast as before.

Symptom
    The last evaluation is the best by far, and the one before it was the best by far when it was made.

Why it is silent
    A run that ends as planned is a success. Three epochs are a habit that asks neither for the number of rows nor for
    how steep the curve is.

Evidence
    After: in the last four evaluations (three, where there are no more), at even distances, the evaluation loss fell by
    5 % at least each time, by more in all than the 95 % interval of that difference, and the last time at least 0.8
    times as far as before, or half as far where the rate had not fallen. A curve that levels off, as one does under a
    rate that falls to zero, is not told. A run that a callback may end early is not judged. A warning.

Fix
    Twice as many epochs, when asked; the best of them is then to be loaded at the end.

Source
    Zhang et al. 2021, https://arxiv.org/abs/2006.05987 (more steps help on small sets more than anything else). An
    exponential that has three time constants in a run of three evaluations keeps 0.37 of its slope from one to the
    next; the limit of 0.8 is ours.
"""

import math
from itertools import pairwise

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
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
STEADY, STILL, LEAST = 0.8, 0.5, 0.05
LOOKED_AT = 4

BAD = RunScene(
    log={"eval_rows": 2000, "eval_start": 1.4, "eval_end": 0.5, "eval_shape": "straight"},
    arguments={"num_train_epochs": 3},
    says="Three epochs end while each one takes the evaluation loss further down.",
)
GOOD = RunScene(log={"eval_rows": 2000}, says="Five epochs end where the evaluation loss has levelled off.")


def after(trace: Trace, plan: Plan | None = None) -> Finding | NotLooked | None:
    """Look at the last evaluations."""
    scored = [(step, e.loss, e.rows) for step, e in trace.evaluations if e.loss is not None and math.isfinite(e.loss)]
    last = [one for one in scored if one[2]][-LOOKED_AT:]
    if len(last) < 3:
        return NotLooked("fewer than three evaluations with a loss")
    epochs = plan.train.epochs if plan is not None else trace.total_steps / max(1, trace.steps_per_epoch)
    patient = plan is not None and plan.train.patience
    if not trace.finished or patient or not _even(last) or not _at_its_end(last[-1][0], trace, epochs):
        return None
    falls = [before - now for (_, before, _), (_, now, _) in pairwise(last)]
    certain = all(fall >= LEAST * loss for fall, (_, loss, _) in zip(falls, last, strict=False))
    if not certain or sum(falls) <= _noise(last[0], last[-1]) or falls[-1] < _steady(trace) * falls[-2]:
        return None
    (_, before, _), (_, between, _), (step, loss, _) = last[-3:]
    numbers: dict[str, Number] = {"before": before, "between": between, "last": loss, "step": step}
    return Finding(
        failure="stopped_while_improving",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.8,
        numbers={**numbers, "epochs": epochs, "suggested": 2 * epochs},
        place=Place("setting", "train.epochs", step=step),
    )


Scored = tuple[int, float, int]
"""Step, loss and rows of an evaluation."""


def _even(last: list[Scored]) -> bool:
    """Whether the evaluations are equally far apart."""
    distances = [now - before for (before, _, _), (now, _, _) in pairwise(last)]
    return max(distances) - min(distances) <= 1


def _at_its_end(step: int, trace: Trace, epochs: float) -> bool:
    """Whether the last evaluation was made where the plan ends."""
    planned = epochs * trace.steps_per_epoch
    return planned > 0 and abs(step - planned) <= max(1.0, 0.02 * planned)


def _noise(before: Scored, now: Scored) -> float:
    """Half width of the 95 % interval of the difference of two losses. The loss of a row is taken to spread by its
    mean, as that of an exponential distribution does, and both evaluations as drawn anew: they are made on the same
    rows, so that the interval is on the safe side.
    """
    return Z95 * math.hypot(before[1] / math.sqrt(before[2]), now[1] / math.sqrt(now[2]))


def _steady(trace: Trace) -> float:
    """How much of the fall before the last one must be: a curve that levels off under a falling rate is at its end."""
    rates = next(iter(trace.rates.values()), None)
    return STILL if rates is not None and len(rates) and rates[-1] >= 0.95 * rates.max() else STEADY


def fix(plan: Plan, finding: Finding) -> Plan:
    """More epochs, never fewer."""
    epochs = max(plan.train.epochs, float(finding.numbers["suggested"]))
    return repaired(plan, "train", {"epochs": epochs}, "evaluations were still getting better")
