"""The encoder is frozen, but the head learns at a rate that is meant for an encoder.

Symptom
    The loss moves in the third decimal and accuracy stays near the most frequent class; longer training helps a
    little.

Why it is silent
    The recipe "freeze BERT, AdamW at 2e-5, train the head" stands in many tutorials. 2e-5 is right for pretrained
    weights, which need hardly move. A head starts at random and has to move by a multiple of its size; the run ends
    long before.

Evidence
    Before: AdamW moves a weight by about the rate in each step, so over a run by at most the sum of all rates.
    Divided by 0.02, the usual spread of a fresh head, this is how far the head can get in units of its own size.
    Seen below 1.
    Measured with frozen MiniLM-L6 vectors, accuracy by how far the head could get: on Reuters R8 0.17 gives 63 %,
    0.5 76 %, 0.9 80 %, 1.7 88 %, 2.6 93 %, 8.6 97.5 %; on four plain topics 0.02 gives 25 %, 0.5 86 %, 2 97.5 %.
    During and after: the same sum from the rates in the log, while the loss proves that nothing was learned (see
    `_signals.at_chance`).

Fix
    Sets the head's rate to 1e-2, the rate at which a linear head on fixed vectors settles.

Source
    Our experiment: BERT frozen, AdamW 2e-5, Reuters R8, one epoch: 49 % accuracy, loss 2.05 against ln 8 = 2.08.
    simpletransformers #234 (https://github.com/ThilinaRajapakse/simpletransformers/issues/234): raising only the
    head's rate to 1e-3 cured it. cramming #15 (https://github.com/JonasGeiping/cramming/issues/15): head only, 0.78
    against 0.92. Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, section 2.1: the step of Adam is bounded by the
    rate.
"""

from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._signals import at_chance, chance_loss, had_its_time, mean_rate_share, planned_steps, recent

MESSAGE = {
    "plan": (
        "The encoder is frozen and the head learns at train.head_rate={rate:g}: in {steps} steps it can move by "
        "{moved:.2f} times its starting size at most, where it needs about five times that size."
    ),
    "run": (
        "The encoder is frozen and the head learned at {rate:g} (train.head_rate): after {steps} steps it has moved by "
        "{moved:.2f} times its starting size at most, and the loss is {loss:.2f} where guessing has {chance:.2f}."
    ),
}
WHY = (
    "A rate that suits pretrained weights is a hundred times too small for a head that starts at random. The run "
    "ends normally."
)
NEXT_STEP = "Set train.head_rate=0.01 (the fix does that), or train the encoder too with strategy.name=full."
DEGREE = Degree.APPLIED
EXPERIMENT = "Train the head alone at a rate of 1e-2 for 50 steps: if the loss falls now, the rate was the cause."
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "metric equals the majority share")
FRESH = 0.02
ENOUGH = 1.0

BAD = Scene(
    rows=200,
    settings={"strategy.name": "frozen_body", "train.head_rate": 2e-5, "train.epochs": 4},
    train=False,
    says="The recipe of many tutorials: the encoder frozen, the head at 2e-5.",
)
GOOD = Scene(
    rows=200,
    settings={"strategy.name": "frozen_body", "train.head_rate": 1e-2, "train.epochs": 20},
    says="The encoder frozen, the head at a rate for heads.",
)


def before(data: DataFacts, plan: Plan) -> Finding | None:
    """Look at the plan alone."""
    if plan.strategy.name != "frozen_body":
        return None
    steps = planned_steps(data, plan)
    moved = steps * plan.train.head_rate * mean_rate_share(plan) / FRESH
    if moved >= ENOUGH:
        return None
    return _finding(Moment.BEFORE, "plan", plan, steps, moved, chance_loss(data, plan), 0.0)


def during(
    trace: Trace, plan: Plan, data: DataFacts | None = None, config: SavedConfig | None = None
) -> Finding | None:
    """Look at the rates in the log and at the loss."""
    return _in_run(Moment.DURING, trace, plan, chance_loss(data, plan, config))


def after(trace: Trace, plan: Plan, data: DataFacts | None = None, config: SavedConfig | None = None) -> Finding | None:
    """As during, over the whole run."""
    return _in_run(Moment.AFTER, trace, plan, chance_loss(data, plan, config))


def _in_run(moment: Moment, trace: Trace, plan: Plan, chance: float) -> Finding | None:
    if plan.strategy.name != "frozen_body" or not had_its_time(trace, plan):
        return None
    rates = trace.rates.get("head", trace.rates.get("all"))
    if rates is None or not at_chance(trace, chance):
        return None
    moved = float(rates.sum()) * trace.interval / FRESH
    if moved >= ENOUGH:
        return None
    loss = float(recent(trace).mean())
    return _finding(moment, "run", plan, int(trace.steps[-1]), moved, chance, loss)


def _finding(moment: Moment, variant: str, plan: Plan, steps: int, moved: float, chance: float, loss: float) -> Finding:
    return Finding(
        failure="frozen_encoder_tiny_rate",
        moment=moment,
        severity="error",
        confidence=0.95,
        numbers={"rate": plan.train.head_rate, "steps": steps, "moved": moved, "chance": chance, "loss": loss},
        place=Place("setting", "train.head_rate", step=steps if variant == "run" else None),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Give the head a rate for heads."""
    rate = max(plan.train.head_rate, 1e-2)
    return repaired(plan, "train", {"head_rate": rate}, "a head that starts at random has to move far")
