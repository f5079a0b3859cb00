"""The loss of accumulated batches is added up and not averaged, or averaged with the wrong weights.

Symptom
    The training loss is gradient_accumulation_steps times the evaluation loss. Changing the batch size changes the
    result although the rows of a step stay the same.

Why it is silent
    Trainer lets models that know the number of items in a step divide by it themselves. A loss of one's own, or one
    that only hands on the model's loss, divides by nothing, and every number looks like a loss.

Evidence
    Before: the same rows are computed as micro-batches and as one batch. A gradient more than half as large again is
    told as added up; one that differs by more than 20 % without being larger, as averaged with wrong weights.
    During and after: at the first two evaluations and at half of all, the training loss next to them lies within 25 %
    of accumulation times the evaluation loss; in a healthy run both are about the same. Or the first loss in the log,
    of 10 steps at most, lies within 15 % of accumulation times the logarithm of the number of classes, which is where
    a new head begins: MiniLM on two kinds of messages began at 2.73 with four batches a step, and at 0.68 in a healthy
    run.

Fix
    Advice only: it is in the code of the loss.

Source
    transformers #35203 (https://github.com/huggingface/transformers/issues/35203), #37766, PR #34191. Our experiment
    with Transformers 5.24 and a tiny GPT-2: a compute_loss that returns the model's loss logged 24.5 at 4 accumulation
    steps where evaluation had 6.0, with a gradient of 3.3 times the size. Another: BertForSequenceClassification under
    the plain Trainer. Its forward takes the number of items of a step, does not use it, and Trainer relies on it: the
    loss is four times too large without a line of one's own. The tolerances are ours.
"""

import math

import numpy as np

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.facts.trial import TrialFacts
from luthier.failures._signals import classes_of

MESSAGE = {
    "tried": (
        "The gradient of {pieces} accumulated batches is {ratio:.2f} times that of the same rows in one batch: the "
        "loss is added up (train.accumulation={accumulation})."
    ),
    "weighed": (
        "The gradient of {pieces} accumulated batches is {percent:.0f} % away from that of the same rows in one batch "
        "(train.accumulation={accumulation})."
    ),
    "logged": (
        "At step {step} the training loss is {train:.3g} and the evaluation loss {scored:.3g}, {ratio:.2f} times less; "
        "train.accumulation is {accumulation}, and the loss seems to be added up over it."
    ),
    "first": (
        "The first loss in the log is {train:.3g}, {ratio:.2f} times the {chance:.3g} at which a new head begins; "
        "train.accumulation is {accumulation}, and the loss seems to be added up over it."
    ),
}
WHY = {
    "tried": "Gradients are as many times too large: clipping cuts them all, and the rate is not the one you chose.",
    "weighed": "Short rows weigh more than long ones, so that the result depends on how a step is cut into batches.",
    "logged": "Gradients are as many times too large: clipping cuts them all, and the rate is not the one you chose.",
    "first": "Gradients are as many times too large: clipping cuts them all, and the rate is not the one you chose.",
}
NEXT_STEP = (
    "In your compute_loss hand num_items_in_batch on: super().compute_loss(model, inputs, "
    "num_items_in_batch=num_items_in_batch), or divide the summed loss by it; or set "
    "trainer.model_accepts_loss_kwargs = False, and Trainer divides."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Log one step with an accumulation of 1 and the same rows: its loss is {ratio:.1f} times smaller if this is it."
)
SIGNS = ("train loss = accumulation steps × eval loss", "loss negative or of the wrong size")
LARGER, APART, NEAR = 1.5, 0.2, 0.25
FIRST_STEPS, FIRST_NEAR = 10, 0.15
SETTINGS = {"gradient_accumulation_steps": 4, "per_device_train_batch_size": 2}

BAD = LiveScene(
    "causal",
    arguments={**SETTINGS},
    options={"plain_loss": 1},
    trial=True,
    says="A compute_loss of one's own hands on the model's loss, at four accumulation steps.",
)
GOOD = LiveScene("causal", arguments={**SETTINGS}, trial=True, says="The same steps under Trainer's own loss.")


def before(trial: TrialFacts, plan: Plan) -> Finding | NotLooked | None:
    """Compare gradients of one batch and of its pieces."""
    tried = trial.ran("accumulation")
    if plan.train.accumulation < 2:
        return None
    if tried is None:
        return NotLooked("accumulated batches were not tried")
    ratio, apart = float(tried.numbers.get("ratio", 1.0)), float(tried.numbers.get("difference", 0.0))
    numbers: dict[str, Number] = {"ratio": ratio, "percent": 100 * apart, "pieces": tried.numbers.get("pieces", 0)}
    if ratio > LARGER:
        return _finding(Moment.BEFORE, "tried", 1.0, plan, numbers)
    return _finding(Moment.BEFORE, "weighed", 0.9, plan, numbers) if apart > APART else None


def during(trace: Trace, plan: Plan, config: SavedConfig | None = None) -> Finding | NotLooked | None:
    """Compare the first loss with that of a new head, and training losses with evaluation losses."""
    return _first(Moment.DURING, trace, plan, config) or _in_log(Moment.DURING, trace, plan)


def after(trace: Trace, plan: Plan, config: SavedConfig | None = None) -> Finding | NotLooked | None:
    """As during."""
    return _first(Moment.AFTER, trace, plan, config) or _in_log(Moment.AFTER, trace, plan)


def _first(moment: Moment, trace: Trace, plan: Plan, config: SavedConfig | None) -> Finding | None:
    wanted, chance = plan.train.accumulation, math.log(classes_of(config)) if config is not None else 0.0
    if wanted < 2 or not chance or not len(trace) or trace.steps[0] > FIRST_STEPS:
        return None
    train = float(trace.losses[0])
    if not abs(train / chance / wanted - 1) <= FIRST_NEAR:
        return None
    numbers: dict[str, Number] = {"train": train, "chance": chance, "ratio": train / chance}
    return _finding(moment, "first", 0.9 if wanted > 2 else 0.7, plan, numbers)


def _in_log(moment: Moment, trace: Trace, plan: Plan) -> Finding | NotLooked | None:
    wanted = plan.train.accumulation
    if wanted < 2:
        return None
    scored = [(step, e.loss) for step, e in trace.evaluations if e.loss is not None and e.loss > 0]
    if len(scored) < 2:
        return NotLooked("fewer than two evaluations with a loss") if moment is Moment.AFTER else None
    pairs = [(step, _near(trace, step), loss) for step, loss in scored[: max(2, len(scored) // 2)]]
    if not all(abs(train / loss / wanted - 1) <= NEAR for _, train, loss in pairs):
        return None
    step, train, loss = pairs[-1]
    numbers: dict[str, Number] = {"step": step, "train": train, "scored": loss, "ratio": train / loss}
    return _finding(moment, "logged", 0.9 if wanted > 2 else 0.7, plan, numbers)


def _near(trace: Trace, step: int) -> float:
    """Mean of the logged losses just before and just after a step; NaN where there are none."""
    at = int(np.searchsorted(trace.steps, step, side="right"))
    span = max(1, 10 // trace.interval)
    beside = trace.losses[max(0, at - span) : at + span]
    return float(beside.mean()) if len(beside) else float("nan")


def _finding(moment: Moment, variant: str, confidence: float, plan: Plan, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="accumulation_scales_loss",
        moment=moment,
        severity="warning",
        confidence=confidence,
        numbers={**numbers, "accumulation": plan.train.accumulation},
        place=Place("setting", "train.accumulation"),
        variant=variant,
    )
