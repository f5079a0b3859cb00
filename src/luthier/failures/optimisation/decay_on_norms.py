"""Weight decay pulls norms and biases toward zero.

Symptom
    The result is a little worse than that of the same settings elsewhere, the more so the longer the run.

Why it is silent
    AdamW(model.parameters(), weight_decay=0.01) decays everything it is given. Scripts that leave norms out by name
    ("LayerNorm.weight") leave nothing out of a model that calls them otherwise. Trainer leaves them out by itself.

Evidence
    Before: a group of the optimiser that the trainer was given has a weight_decay and holds norms or biases, by name.
    After: a group in optimizer.pt has a weight_decay and holds more tensors than the saved model has of two dimensions
    and more, by half of those of one dimension or more.
    Told only where it matters: over the run such a weight loses 1 - exp(-mean rate * decay * steps) of its size. A note
    from 1 % on, a warning from 10 %.

Fix
    Advice only: two groups, one without decay, or the optimiser that Trainer makes.

Source
    Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101 (decay is the rate times the weight in each step);
    Devlin et al. 2019, https://arxiv.org/abs/1810.04805, whose optimiser leaves norms and biases out. The limits are
    ours.
"""

import math

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.optimiser import OptimiserFacts, OptimiserGroup
from luthier.facts.plan import Plan
from luthier.facts.saved import WeightFacts
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._intervals import total_steps
from luthier.failures._signals import mean_rate_share, severity_of

MESSAGE = (
    "{count} norms and biases are in a group of the optimiser with weight_decay={decay:g}{first}: over {steps} steps "
    "it takes {percent:.0f} % of their size."
)
WHY = "The scale of a norm is not there to be small: what it loses the next layers have to make up for."
NEXT_STEP = (
    "Put them into a group of their own with weight_decay=0.0, or pass no optimizer: Trainer leaves norms and biases "
    "out by itself."
)
DEGREE = Degree.ADVICE
SIGNS = ("configuration", "loss floor above 0")
LEAST, MUCH = 0.01, 0.1
MOST_NARROW = 0.5
"""Share of the tensors of one dimension from which it is norms and biases that decay, and not a few others."""
NORMS = ("norm", "ln_")

BAD = LiveScene(
    arguments={"weight_decay": 1.0, "num_train_epochs": 200},
    options={"optimiser": "decays all"},
    says="An AdamW of all parameters with a decay of 1, for 200 epochs.",
)
GOOD = LiveScene(
    arguments={"weight_decay": 0.01, "num_train_epochs": 200},
    options={"optimiser": "decays all"},
    says="The same with a decay of 0.01, which takes next to nothing in as many epochs.",
)


def before(
    optimiser: OptimiserFacts, arguments: Arguments, plan: Plan, census: BatchCensus | None = None
) -> Finding | NotLooked | None:
    """Look at the names in the groups that decay."""
    found = [(group, name) for group in optimiser.groups for name in group.names if _decay(group) and _spared(name)]
    if not found:
        return None
    group, name = found[0]
    steps = total_steps(arguments, None, census)
    return _judged(Moment.BEFORE, len(found), group, f", first {name}", plan, steps)


def after(optimiser: OptimiserFacts, weights: WeightFacts, plan: Plan, trace: Trace) -> Finding | NotLooked | None:
    """Count the tensors in the groups that decay."""
    if any(group.names for group in optimiser.groups):
        return None
    wide = sum(len(shape) > 1 for shape in weights.tensors.values())
    decayed = [group for group in optimiser.groups if _decay(group)]
    count = sum(group.tensors for group in decayed) - wide
    if count <= 0 or count < MOST_NARROW * (len(weights.tensors) - wide):
        return None
    return _judged(Moment.AFTER, count, decayed[0], "", plan, int(trace.steps[-1]) if len(trace) else 0)


def _spared(name: str) -> bool:
    """Whether a weight is a bias or of a norm."""
    return name.endswith("bias") or any(mark in name.lower() for mark in NORMS)


def _decay(group: OptimiserGroup) -> float:
    value = group.settings.get("weight_decay")
    return float(value) if isinstance(value, int | float) else 0.0


def _judged(
    moment: Moment, count: int, group: OptimiserGroup, first: str, plan: Plan, steps: int
) -> Finding | NotLooked | None:
    if not steps:
        return NotLooked("the length of the run is not known")
    peak = group.settings.get("initial_lr")
    rate = (float(peak) if isinstance(peak, int | float) else plan.train.rate) * mean_rate_share(plan)
    lost = 1 - math.exp(-rate * _decay(group) * steps)
    if lost < LEAST:
        return None
    numbers: dict[str, Number] = {"count": count, "decay": _decay(group), "first": first}
    return Finding(
        failure="decay_on_norms",
        moment=moment,
        severity=severity_of(lost, MUCH),
        confidence=0.95 if moment is Moment.BEFORE else 0.85,
        numbers={**numbers, "steps": steps, "percent": 100 * lost},
        place=Place("setting", "weight_decay"),
    )
