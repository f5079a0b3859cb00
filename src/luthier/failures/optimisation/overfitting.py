"""The model gets better on its training rows and worse on new ones.

Symptom
    Training loss goes to zero while validation loss rises; the last checkpoint is worse, or more sure of its errors,
    than an earlier one.

Why it is silent
    The loss that people watch is the training loss, and accuracy may stay where it is while the model becomes certain
    of what it gets wrong.

Evidence
    During and after: the 95 % interval of the last validation loss lies wholly above that of the lowest one before
    it, and the training loss has gone on falling. Where an evaluation has no interval, its standard error is taken
    as loss * sqrt((1 - e) / e) / sqrt(rows), at least loss / sqrt(rows), where e is the share of wrong rows: as if
    the wrong rows alone made the loss, which is the widest that it can spread. A warning when the validation score
    has not improved either, a note when only the certainty is wrong.

Fix
    Ends the run at the epoch with the lowest validation loss or that with the best score before the end, whichever is
    later.

Source
    Prechelt 1998, Early stopping - but when?, https://doi.org/10.1007/3-540-49430-8_3. Guo et al. 2017,
    https://arxiv.org/abs/1706.04599: networks go on to overfit the log loss after the error has stopped falling.
    LLaMA-Factory #5145 (https://github.com/hiyouga/LLaMA-Factory/issues/5145): tens of epochs on few rows.
"""

import math

import numpy as np

from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._signals import Z95, Mean

MESSAGE = (
    "Validation loss was {best:.3f} at step {best_step} (epoch {best_epoch:.1f}) and is {last:.3f} at step {step}, "
    "while the training loss fell from {train_then:.3f} to {train_now:.3f}."
)
WHY = "From step {best_step} on the run learns its rows by heart; it becomes certain of what it gets wrong."
NEXT_STEP = (
    "Set train.epochs={suggested:g} (the fix does that), add data, or train fewer weights with "
    "strategy.name=top_layers."
)
DEGREE = Degree.APPLIED
EXPERIMENT = (
    "Score the checkpoint of step {best_step} and the last one on the same rows: the earlier one is better if this is "
    "the cause."
)
SIGNS = ("train falls, eval rises", "best checkpoint is the first, or none")
EXPLAINED_BY = ("loss_not_finite", "labels_shuffled", "labels_permuted", "overtrained_repetition", "overconfident")

BAD = Scene(
    corpus="reviews",
    rows=400,
    settings={
        "strategy.name": "full",
        "train.patience": 0,
        "train.rate": 1e-4,
        "train.epochs": 10,
        "data.validation_share": 0.2,
        "data.test_share": 0.2,
    },
    options={"noise": 0.27},
    says="More than a quarter of the labels are wrong, and ten epochs are time enough to learn them by heart.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="The same reviews, rightly labelled, in four epochs.",
)


def during(trace: Trace, plan: Plan | None = None) -> Finding | NotLooked | None:
    """Compare the last evaluation with the best before it."""
    return _look(Moment.DURING, trace, plan)


def after(trace: Trace, plan: Plan | None = None) -> Finding | NotLooked | None:
    """As during."""
    return _look(Moment.AFTER, trace, plan)


def _look(moment: Moment, trace: Trace, plan: Plan | None) -> Finding | NotLooked | None:
    scored = [(step, e, loss) for step, e in trace.evaluations if (loss := _loss(e)) is not None]
    if len(scored) < 2:
        return NotLooked("fewer than two evaluations with a loss") if moment is Moment.AFTER else None
    step, last, now = scored[-1]
    best_step, _, lowest = min(scored[:-1], key=lambda item: item[2].value)
    train_then, train_now = _train_loss(trace, best_step), _train_loss(trace, step)
    if not (now.low > lowest.high and train_now < train_then):
        return None
    metric = plan.train.metric if plan is not None and plan.train.metric in last.scores else "accuracy"
    peak_step = _best_score(trace, metric, best_step)
    per_epoch = trace.steps_per_epoch or best_step
    return Finding(
        failure="overfitting",
        moment=moment,
        severity="note" if peak_step == step else "warning",
        confidence=0.95,
        numbers={
            "best": lowest.value,
            "best_step": best_step,
            "best_epoch": best_step / per_epoch,
            "last": now.value,
            "step": step,
            "train_then": train_then,
            "train_now": train_now,
            "suggested": max(1, math.ceil(max(best_step, peak_step) / per_epoch)),
        },
        place=Place("step", step=best_step),
    )


def _loss(evaluation: Evaluation) -> Mean | None:
    """Loss of an evaluation with its 95 % interval."""
    score = evaluation.scores.get("log_loss")
    value = score.value if score is not None else evaluation.loss
    if value is None or not math.isfinite(value) or not evaluation.rows:
        return None
    if score is not None and score.low < score.value < score.high:
        return Mean(score.value, score.low, score.high)
    accuracy = evaluation.scores["accuracy"].value if "accuracy" in evaluation.scores else 0.5
    wrong = max(1 - accuracy, 1 / evaluation.rows)
    half = Z95 * value * max(1.0, math.sqrt((1 - wrong) / wrong)) / math.sqrt(evaluation.rows)
    return Mean(value, value - half, value + half)


def _best_score(trace: Trace, metric: str, best_step: int) -> int:
    """Step of the first evaluation with the best score, from the lowest loss on; the lowest loss itself where none
    is.
    """
    later = [
        (step, e.scores[metric].value) for step, e in trace.evaluations if step >= best_step and metric in e.scores
    ]
    if metric in ("log_loss", "calibration_error") or not later:
        return best_step
    return max(later, key=lambda item: item[1])[0]


def _train_loss(trace: Trace, step: int) -> float:
    """Mean training loss of up to 20 steps that end at a step; of one entry at least where entries are means."""
    end = int(np.searchsorted(trace.steps, step, side="right"))
    window = trace.losses[max(0, end - math.ceil(20 / trace.interval)) : end]
    return float(window.mean()) if len(window) else math.nan


def fix(plan: Plan, finding: Finding) -> Plan:
    """End at the best epoch; never train longer."""
    epochs = min(plan.train.epochs, float(finding.numbers["suggested"]))
    return repaired(plan, "train", {"epochs": epochs}, "validation loss was lowest then")
