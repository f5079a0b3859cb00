"""The loss is not a number, or infinite, and the weights are lost.

Symptom
    A log that says loss 0.0 from some step on, or nan. Predictions are one class, or fail.

Why it is silent
    The log filter of Transformers' Trainer (logging_nan_inf_filter, on unless switched off) writes a loss that is not
    finite as what came before it or as 0.0. The user sees a perfect loss, the run ends normally, and the saved
    weights are NaN.

Evidence
    During and after: a loss or gradient norm that is not finite, in the raw values.
    In a foreign log: a loss of exactly 0.0 beside a gradient norm that is not finite; where it has no norms, two
    losses of exactly 0.0 in a row after one above 0.05. Learning comes to zero through small values, which older
    versions of Trainer write with four digits.

Fix
    Trains in fp32, clips the gradient norm at 1, and warms up over a tenth of the run. The run starts again, or from
    the last checkpoint before the step. If it happens again at the same step, look at the rows of that step.

Source
    LLaMA-Factory #7263 and #2916 (https://github.com/hiyouga/LLaMA-Factory/issues/7263): loss 0.0 with grad_norm nan.
    trl #1173 (https://github.com/huggingface/trl/issues/1173). Our experiment with Transformers 5.24: one NaN loss,
    then 0.0 in every line of the log, NaN in the weights, and a normal end. Pascanu et al. 2013,
    https://arxiv.org/abs/1211.5063 (clipping).
"""

import numpy as np

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._signals import Mask, first_zero, gradient_norms, not_finite

MESSAGE = {
    "raw": (
        "The {what} is not a finite number from step {step} on ({count} of the last {looked} steps); before it the "
        "loss was {before:.3f}."
    ),
    "hidden": (
        "The log says loss 0.0 from step {step} on, but the {what} is not a finite number there; before it the loss"
        " was {before:.3f}."
    ),
    "zero": (
        "The loss is exactly 0.0 from step {step} on, after {before:.3f}: a log filter has written a loss that is "
        "not finite as zero."
    ),
}
WHY = "From that step on the weights are lost: every later step and every checkpoint holds NaN, whatever the log says."
NEXT_STEP = (
    "Go back to a checkpoint before step {step}, or start again with train.precision=fp32, train.clip=1 and "
    "train.warmup=0.1 (the fix sets these). If it comes back at the same step, look at the rows of that step."
)
DEGREE = Degree.APPLIED
EXPERIMENT = (
    "Run the steps before step {step} again in full precision: if the loss stays finite, precision was the cause; if "
    "not, a row or the rate is."
)
SIGNS = ("loss exactly 0, gradient norm not finite", "generations empty, repeated or garbled")
EXPLAINED_BY = ("half_precision_overflow", "attention_gives_nan")
LOOKED = 64

BAD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    sabotage="weight becomes NaN",
    sabotage_step=6,
    says="One weight of the head becomes NaN after the sixth step.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="The same run without the accident.",
)


def during(trace: Trace, arguments: Arguments | None = None) -> Finding | None:
    """Look at the last 64 steps."""
    return _look(Moment.DURING, trace, arguments, LOOKED)


def after(trace: Trace, arguments: Arguments | None = None) -> Finding | None:
    """Look at all steps."""
    return _look(Moment.AFTER, trace, arguments, len(trace))


def _look(moment: Moment, trace: Trace, arguments: Arguments | None, size: int) -> Finding | None:
    if not len(trace):
        return None
    losses = trace.losses[-size:]
    broken_loss = ~np.isfinite(losses)
    broken = not_finite(trace, size, scaled=arguments is not None and arguments.flag("fp16") is True)
    if broken.any():
        first = int(broken.argmax())
        what = "loss" if broken_loss[first] else "gradient norm"
        hidden = _written_as_zero(trace, size, broken)
        variant = "hidden" if hidden else "raw"
        return _finding(moment, variant, trace, size, first, what, int(broken.sum()))
    zero = first_zero(losses) if not gradient_norms(trace, size) else None
    return None if zero is None else _finding(moment, "zero", trace, size, zero, "loss", len(losses) - zero)


def _written_as_zero(trace: Trace, size: int, broken: Mask) -> bool:
    """Whether the log that people see holds an exact zero where a raw value is not finite."""
    shown = trace.logged_losses if trace.logged_losses is not None else trace.losses
    return bool((shown[-size:][broken] == 0.0).any())


def _finding(moment: Moment, variant: str, trace: Trace, size: int, first: int, what: str, count: int) -> Finding:
    looked = len(trace.losses[-size:])
    position = len(trace) - looked + first
    earlier = trace.losses[max(0, position - 8) : position]
    known = earlier[np.isfinite(earlier)]
    step = int(trace.steps[position])
    return Finding(
        failure="loss_not_finite",
        moment=moment,
        severity="error",
        confidence=1.0 if variant == "raw" else 0.9,
        numbers={
            "what": what,
            "step": step,
            "count": count,
            "looked": looked,
            "before": float(known.mean()) if len(known) else 0.0,
        },
        place=Place("step", step=step),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Full precision, clipping, and a warmup."""
    values = {
        "precision": "fp32",
        "clip": plan.train.clip if 0 < plan.train.clip <= 1 else 1.0,
        "warmup": max(plan.train.warmup, 0.1),
    }
    return repaired(plan, "train", values, "a value overflowed")
