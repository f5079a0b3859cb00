"""The run has so few optimiser steps that it ends before anything is learned.

Symptom
    Every text gets nearly the same scores, or the result is poor and was still getting better when the run ended.

Why it is silent
    "Three epochs" sounds like a choice about data, but it is the number of steps that trains. A few hundred rows make
    a few dozen steps, and the run ends normally after seconds.

Evidence
    Before: rows / batch size * epochs below 30. In our runs of MiniLM-L6 with a fast head, 20 steps learn topics
    that are easy to tell apart (99 %), and 40 are needed for reviews with negations (99 %). Not told of a run whose
    log ends below half of the loss of guessing.
    After: the loss of the last quarter of the run is still falling (the slope of a straight line through it is
    below zero at 99 % confidence), it stands above half of the loss of guessing, and the best validation score is
    the last one. Where the rows are not at hand, also a finished run of fewer than 30 steps in all whose loss stands
    above half of the loss of guessing, or, where that is not known and the log scores a classifier, above 80 % of its
    first value.

Fix
    Sets as many epochs as make 400 steps, 20 at most for an encoder (Zhang et al. 2021 and Mosbach et al. 2021 used
    20).

Source
    transformers #11623 (https://github.com/huggingface/transformers/issues/11623): eight training rows and three
    epochs, one label for everything. Zhang et al. 2021, https://arxiv.org/abs/2006.05987 and Mosbach et al. 2021,
    https://arxiv.org/abs/2006.04884: failed runs on small sets are runs with too few steps.
"""

import math

import numpy as np

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import Scene
from luthier.facts.trace import Floats, Trace
from luthier.failures._causes import RUINED
from luthier.failures._collapse import SHARES
from luthier.failures._fixes import repaired
from luthier.failures._signals import CREEPS, NO_CHANCE, at_the_end, chance_loss, planned_steps, recent

MESSAGE = {
    "plan": (
        "{rows} training rows in batches of {batch} make {steps} optimiser steps in {epochs:g} epochs "
        "(train.epochs); fewer than {least} leave a new head and a pretrained encoder half-way."
    ),
    "run": (
        "The run of {steps} steps ended while the loss was still falling: {loss:.2f} at the end, where guessing has"
        " {chance:.2f} (train.epochs={epochs:g})."
    ),
    "log": (
        "The run had {steps} optimiser steps in all, and its loss went from {first:.3g} to {loss:.3g}; fewer than "
        "{least} leave a new head and a pretrained encoder half-way."
    ),
}
WHY = "What trains is the number of steps, not of epochs. A short run ends normally, wherever it has got to."
_EPOCHS = "Set train.epochs={suggested:g} (the fix does that)."
NEXT_STEP = {
    "plan": _EPOCHS,
    "run": _EPOCHS,
    "log": "Train for several hundred steps: more epochs, or fewer rows a step.",
}
DEGREE = Degree.APPLIED
EXPERIMENT = "Go on for as many steps again: if the loss goes on falling, the run was too short."
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "loss falls, score does not")
EXPLAINED_BY = RUINED
LEAST = 30
HALF_WAY = 0.5
ENOUGH = 400
MOST_EPOCHS = 20

BAD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 2, "data.validation_share": 0.2, "data.test_share": 0.2},
    train=False,
    says="Two epochs of 180 training rows are 24 steps.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="Four epochs of the same rows are 48 steps.",
)


def before(data: DataFacts, plan: Plan, trace: Trace | None = None) -> Finding | None:
    """Count the planned steps; a run that has learned in fewer had enough."""
    steps = planned_steps(data, plan)
    if steps >= LEAST or not data.rows.get("train", 0):
        return None
    if trace is not None and len(trace) and float(at_the_end(trace).mean()) < HALF_WAY * chance_loss(data, plan):
        return None
    numbers: dict[str, Number] = {
        "rows": data.rows.get("train", 0),
        "batch": plan.train.batch_size * plan.train.accumulation,
        "steps": steps,
        "least": LEAST,
    }
    return _finding(Moment.BEFORE, "plan", plan, steps, numbers)


def after(
    trace: Trace, plan: Plan | None = None, data: DataFacts | None = None, config: SavedConfig | None = None
) -> Finding | NotLooked | None:
    """Look at how the run ended."""
    chance = chance_loss(data, plan, config)
    if data is None and (short := _short(trace, chance)) is not None:
        return short
    if not chance or plan is None:
        return NotLooked(NO_CHANCE)
    window, steps = recent(trace, max(8, len(trace) // 4)), int(trace.steps[-1]) if len(trace) else 0
    if len(window) < 8 or steps > 4 * ENOUGH:
        return None
    loss = float(window[len(window) // 2 :].mean())
    if not loss > HALF_WAY * chance or not _falling(window) or not _best_is_last(trace, plan):
        return None
    return _finding(Moment.AFTER, "run", plan, steps, {"steps": steps, "loss": loss, "chance": chance})


def _short(trace: Trace, chance: float) -> Finding | None:
    """What the steps and the losses of a log say, where nobody knows the rows."""
    steps = int(trace.steps[-1]) if len(trace) else 0
    if not 0 < steps < LEAST or not trace.finished or len(trace) < 2:
        return None
    first, loss = float(trace.losses[0]), float(trace.losses[-1])
    if not chance and not any(name in SHARES for _, one in trace.evaluations for name in one.scores):
        return None  # a model that writes may begin near where it ends
    if not loss > (HALF_WAY * chance if chance else CREEPS * first):
        return None
    numbers: dict[str, Number] = {"steps": steps, "first": first, "loss": loss, "least": LEAST}
    return Finding("too_few_steps", Moment.AFTER, "warning", 0.8, numbers, Place("step", step=steps), "log")


def _falling(losses: Floats) -> bool:
    """Whether a straight line through the losses falls, at 99 % confidence (one-sided, normal approximation)."""
    steps = np.arange(len(losses), dtype=np.float64) - (len(losses) - 1) / 2
    squares = float((steps**2).sum())
    slope = float((steps * losses).sum()) / squares
    rest = losses - losses.mean() - slope * steps
    error = math.sqrt(float((rest**2).sum()) / max(1, len(losses) - 2) / squares)
    return slope < -2.33 * error


def _best_is_last(trace: Trace, plan: Plan) -> bool:
    scores = [e.scores[plan.train.metric].value for _, e in trace.evaluations if plan.train.metric in e.scores]
    if plan.train.metric in ("log_loss", "calibration_error"):
        scores = [-score for score in scores]
    return len(scores) < 2 or scores[-1] >= max(scores)


def _finding(moment: Moment, variant: str, plan: Plan, steps: int, numbers: dict[str, Number]) -> Finding:
    per_epoch = max(1.0, steps / plan.train.epochs)
    most = MOST_EPOCHS if plan.strategy.name != "frozen_body" else 5 * MOST_EPOCHS
    suggested = max(math.ceil(plan.train.epochs), min(most, math.ceil(ENOUGH / per_epoch)))
    return Finding(
        failure="too_few_steps",
        moment=moment,
        severity="warning",
        confidence=0.9 if variant == "plan" else 0.8,
        numbers={**numbers, "epochs": plan.train.epochs, "suggested": suggested},
        place=Place("setting", "train.epochs", step=steps if variant == "run" else None),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """More epochs, never fewer."""
    enough = min(MOST_EPOCHS, math.ceil(plan.train.epochs * ENOUGH / float(finding.numbers["steps"])))
    epochs = max(plan.train.epochs, float(finding.numbers.get("suggested", enough)))
    return repaired(plan, "train", {"epochs": epochs}, f"about {ENOUGH} steps settle a run")
