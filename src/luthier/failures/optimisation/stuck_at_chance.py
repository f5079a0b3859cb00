"""The loss stays at the loss of guessing, and no known cause explains it.

Symptom
    The loss stays at the entropy of the labels (ln C for C even classes), accuracy at the share of the most frequent
    class.

Why it is silent
    A loss of 0.69 or 2.08 is a number like others unless somebody computes what guessing has. The run ends normally.

Evidence
    During and after: the share of the label entropy that the recent steps explain (McFadden's pseudo-R², 1 - loss /
    entropy) is below 5 % at the upper end of its 95 % interval, when the rate has arrived and 30 % of the steps are
    over (a warning), or at the end (an error). The entropy is that of the training labels, with class weights and
    label smoothing counted in.
    This is a symptom: where a cause was seen as well (frozen encoder, shuffled labels, a rate that never arrives,
    …), that cause is told and not this.

Fix
    Where all rates are far below every published recipe (encoder under 5e-6, head under 1e-4), raises them to 5e-5
    and 1e-3 when asked. Otherwise the finding names the cheapest experiment that tells the causes apart.

Source
    transformers #12041 and #1865 (https://github.com/huggingface/transformers/issues/1865); Mosbach et al. 2021,
    https://arxiv.org/abs/2006.04884 (failed runs end at the majority class); McFadden 1974 (pseudo-R²). Devlin et al.
    2019, https://arxiv.org/abs/1810.04805 (2e-5 to 5e-5).
"""

from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._causes import NOT_LEARNED
from luthier.failures._fixes import repaired
from luthier.failures._signals import (
    NO_CHANCE,
    at_chance,
    at_the_end,
    chance_loss,
    had_its_time,
    learned,
    mcc_noise,
)

MESSAGE = {
    "slow": (
        "At step {step} the loss is {loss:.3f} and guessing has {chance:.3f}: nothing was learned at "
        "train.rate={rate:g} and train.head_rate={head_rate:g}, far below every published recipe."
    ),
    "open": (
        "At step {step} the loss is {loss:.3f} and guessing by the class shares has {chance:.3f}: the model "
        "explains {known:.1f} % of the label entropy at most."
    ),
}
WHY = {
    "slow": "Weights move by about the rate in each step; at these rates they stay where they were.",
    "open": (
        "A model that guesses by the class shares has learned nothing from the text, and no cause that Luthier "
        "knows was seen."
    ),
}
NEXT_STEP = {
    "slow": "Set train.rate=5e-5 and train.head_rate=1e-3 (the fix does that when asked).",
    "open": (
        "Train on 64 rows for 50 epochs. If the loss falls to zero there, the labels say little about the text: "
        "read twenty rows. If it does not, the optimiser is at fault: try another seed, then half and twice the "
        "rate."
    ),
}
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = (
    "Train on 64 rows for 50 epochs: a loss that falls to zero points at the data, one that does not at the optimiser."
)
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted",)
EXPLAINED_BY = NOT_LEARNED
SLOW_RATE, SLOW_HEAD = 5e-6, 1e-4

BAD = Scene(
    corpus="reviews",
    rows=300,
    settings={
        "strategy.name": "full",
        "train.rate": 1e-8,
        "train.head_rate": 1e-7,
        "train.epochs": 4,
        "data.validation_share": 0.2,
        "data.test_share": 0.2,
    },
    says="Every weight is trained, at a thousandth of the usual rates and less.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="The same run at the usual rates.",
)


def during(
    trace: Trace, data: DataFacts | None = None, plan: Plan | None = None, config: SavedConfig | None = None
) -> Finding | NotLooked | None:
    """Look at the recent loss once a healthy run would have learned something."""
    return _look(Moment.DURING, trace, chance_loss(data, plan, config), plan)


def after(
    trace: Trace,
    data: DataFacts | None = None,
    plan: Plan | None = None,
    validation: Scores | None = None,
    config: SavedConfig | None = None,
) -> Finding | NotLooked | None:
    """Look at the end of the run; a model that is better than guessing on validation is not stuck."""
    if validation is not None and "mcc" in validation.model.scores:
        model = validation.model
        if model.scores["mcc"].value > mcc_noise(model.rows):
            return None
    return _look(Moment.AFTER, trace, chance_loss(data, plan, config), plan)


def _look(moment: Moment, trace: Trace, chance: float, plan: Plan | None) -> Finding | NotLooked | None:
    if not chance:
        return NotLooked(NO_CHANCE)
    if not (had_its_time(trace, plan) or moment is Moment.AFTER) or not at_chance(trace, chance):
        return None
    losses = at_the_end(trace)
    slow = plan is not None and _slow(plan)
    step = int(trace.steps[-1])
    return Finding(
        failure="stuck_at_chance",
        moment=moment,
        severity="error" if moment is Moment.AFTER else "warning",
        confidence=0.95,
        numbers={
            "step": step,
            "loss": float(losses.mean()),
            "chance": chance,
            "known": max(0.0, 100 * learned(losses, chance).high),
            "rate": plan.train.rate if plan else 0.0,
            "head_rate": plan.train.head_rate if plan else 0.0,
        },
        place=Place("step", step=step),
        variant="slow" if slow else "open",
    )


def _slow(plan: Plan) -> bool:
    encoder = plan.train.rate < SLOW_RATE or plan.strategy.name == "frozen_body"
    return encoder and plan.train.head_rate < SLOW_HEAD


def fix(plan: Plan, finding: Finding) -> Plan:
    """Raise rates that are far too low; leave others alone."""
    if finding.variant != "slow" or not _slow(plan):
        return plan
    head = 1e-2 if plan.strategy.name == "frozen_body" else 1e-3
    values: dict[str, object] = {"head_rate": head}
    if plan.strategy.name != "frozen_body":
        values["rate"] = 5e-5
    return repaired(plan, "train", values, "weights move by about the rate in each step")
