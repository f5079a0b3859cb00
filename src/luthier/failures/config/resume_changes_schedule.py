"""A resumed run follows neither the old schedule nor the new settings.

Symptom
    After a resume the learning rate jumps, and the loss with it; or the new learning_rate has no effect at all.

Why it is silent
    The optimizer's state brings the old peak rate with it and overrules the new one, while the shape and the length of
    the schedule are computed anew from the new settings. The run goes on, at a rate that nobody asked for.

Evidence
    After: the rate in the log rises again after it had fallen, under a schedule that never does, at a step at which the
    log shows a resume. Or the oldest checkpoint has another learning_rate than the settings of the run, and the rates
    logged after it are those of the old one: above a lower one, or not risen to a higher one. A warning.

Fix
    Advice only: a resume needs the settings of the run that it continues; other settings need a new run from the
    weights.

Source
    transformers #9099 (https://github.com/huggingface/transformers/issues/9099), #33336. Our experiment with
    Transformers 5.24, resumed at step 10 of 15: learning_rate=1e-5 instead of 1e-3 changes no logged rate, and 6 epochs
    instead of 3 make it jump from 3.3e-4 to 6.3e-4 at step 12; neither is reported.
"""

import numpy as np

from luthier.facts.arguments import Plain
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, Number, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Floats, Trace

MESSAGE = {
    "ignored": (
        "The run was resumed with learning_rate={now:.2g} in place of {then:.2g}, and went on at the old one: at step "
        "{step} the rate was {rate:.2g}."
    ),
    "jumps": (
        "The learning rate rose from {before:.2g} to {rate:.2g} at step {step}, where the run had been resumed with "
        "another schedule{changed}."
    ),
}
WHY = {
    "ignored": "The optimizer's state holds the old peak rate, and resuming brings it back over the new setting.",
    "jumps": "A rate that had fallen and is high again undoes what the end of the first schedule had settled.",
}
NEXT_STEP = (
    "Resume with the settings of the first run; to train on with others, load the weights of the checkpoint with "
    "from_pretrained and call train() without resume_from_checkpoint."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("checkpoint_without_optimizer",)
SIGNS = ("run cannot be resumed", "saw-tooth loss with a fixed period")
RISE = 1.05
"""As in the reader of logs: rates are logged to 16 digits, so this is far above any rounding."""

BAD = RunScene(log={"restart_at": 150}, says="At step 150 the run was resumed, and its schedule began anew.")
GOOD = RunScene(says="The run went through without a resume.")


def after(trace: Trace, checkpoints: CheckpointFacts) -> Finding | None:
    """Look at the rates after a resume."""
    rates = trace.rates.get("all")
    if rates is None or not len(trace):
        return None
    return _ignored(trace, checkpoints, rates) or _jumps(trace, checkpoints, rates)


def _ignored(trace: Trace, checkpoints: CheckpointFacts, rates: Floats) -> Finding | None:
    """The first entry after a resume has the stored rate in any case, and is passed over."""
    then, now = (_number(value) for value in checkpoints.changed.get("learning_rate", (None, None)))
    at = int(np.searchsorted(trace.steps, checkpoints.all[0].step, side="right")) if checkpoints.all else 0
    later = rates[at + 1 :]
    if not then or not now or not at or not len(later):
        return None
    highest = float(np.nanmax(later))
    if not (highest > RISE * now if now < then else highest <= RISE * rates[at - 1]):
        return None
    step = int(trace.steps[at + 1 + int(np.nanargmax(later))])
    return _finding("ignored", {"then": then, "now": now, "step": step, "rate": highest})


def _jumps(trace: Trace, checkpoints: CheckpointFacts, rates: Floats) -> Finding | None:
    for resumed in checkpoints.resumed_at:
        first = int(np.searchsorted(trace.steps, resumed))
        for at in range(max(1, first - 1), min(len(rates), first + 3)):
            if rates[at] > RISE * rates[at - 1] and rates[at - 1] < rates[:at].max() / RISE:
                named = [f"{name} {then} → {now}" for name, (then, now) in sorted(checkpoints.changed.items())]
                changed = f" ({', '.join(named)})" if named else ""
                numbers = {"before": float(rates[at - 1]), "rate": float(rates[at]), "step": int(trace.steps[at])}
                return _finding("jumps", {**numbers, "changed": changed})
    return None


def _number(value: Plain) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _finding(variant: str, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="resume_changes_schedule",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.95,
        numbers=numbers,
        place=Place("setting", "learning_rate", step=int(numbers["step"])),
        variant=variant,
    )
