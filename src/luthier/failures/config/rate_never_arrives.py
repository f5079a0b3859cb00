"""The learning rate is zero, or still climbing when the run ends.

Symptom
    The loss hardly moves, or is constant to three digits, for the whole run.

Why it is silent
    The plan names a good rate. What the optimiser gets is that rate times the schedule, and a warmup of 500 or 1,000
    steps, fixed in some script, is longer than a run on little data.

Evidence
    Before: the rate in the plan is 0 where weights should learn, or the warmup takes more than half of the run, so
    that the peak is reached for a moment or not at all.
    During and after: the rates in the log. Seen when half of the planned steps are over, or the run is, and the
    highest rate so far is below 90 % of the planned one, or all rates are zero; without a plan, when the rate was
    still climbing at the last step.

Fix
    Sets the warmup to a tenth of the run, and a rate of 0 to 5e-5 for the encoder and 1e-3 for the head.

Source
    transformers #13033 (https://github.com/huggingface/transformers/issues/13033): a schedule whose rate was zero.
    LAVIS #72 (https://github.com/salesforce/LAVIS/issues/72) and fast-bert #230: warmup longer than the run. Our
    experiment: warmup_steps=1000 in a run of 4 steps peaks at 3e-6 of 1e-3. Mosbach et al. 2021,
    https://arxiv.org/abs/2006.04884: a tenth of the steps for warmup.
"""

import numpy as np

from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.plan import Plan, TrainPlan
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._signals import planned_steps, warmup_steps

MESSAGE = {
    "zero plan": "In {steps} steps no weight of this group will move: {setting} is 0.",
    "warmup": (
        "The warmup takes {percent:.0f} % of the run (train.warmup), {warmup} of {steps} steps: the rate reaches "
        "its peak of {rate:g} only when the run is over, or nearly."
    ),
    "zero run": "The learning rate of {group} was 0 in all of the first {steps} steps.",
    "low run": (
        "After {steps} of {total} steps the rate of {group} has reached {reached:.1e} at most, {percent:.0f} % of "
        "what it should learn at (train.warmup)."
    ),
}
WHY = (
    "Weights move by the rate that arrives, not by the rate in the plan. A run that never gets it ends normally and"
    " has learned little."
)
NEXT_STEP = "Set train.warmup=0.1, and the rates to values above 0 (the fix does both)."
DEGREE = Degree.APPLIED
EXPERIMENT = (
    "Print the learning rate of the first and of the last step: a cause of this kind shows there as 0, or as a rate "
    "that still climbs."
)
SIGNS = ("loss flat, rate zero or never reached", "tuned output equals the base")
EXPLAINED_BY = ("resume_changes_schedule",)
LATEST_PEAK = 0.5
ARRIVED = 0.9

BAD = Scene(
    corpus="reviews",
    rows=300,
    settings={
        "strategy.name": "full",
        "train.warmup": 1.0,
        "train.epochs": 4,
        "data.validation_share": 0.2,
        "data.test_share": 0.2,
    },
    train=False,
    says="The warmup takes the whole run.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="The warmup takes a tenth of the run.",
)


def before(plan: Plan, data: DataFacts | None = None, census: BatchCensus | None = None) -> Finding | NotLooked | None:
    """Look at rate and warmup in the plan."""
    steps = planned_steps(data, plan) if data is not None else census.steps if census is not None else 0
    if not steps:
        return NotLooked("the length of the run is not known")
    for name, rate in _planned(plan).items():
        if rate <= 0:
            setting = "train.head_rate" if name == "head" else "train.rate"
            return _finding(Moment.BEFORE, "zero plan", setting, {"setting": setting, "steps": steps})
    if plan.train.warmup <= LATEST_PEAK:
        return None
    numbers = {"percent": 100 * plan.train.warmup, "warmup": round(plan.train.warmup * steps), "steps": steps}
    return _finding(Moment.BEFORE, "warmup", "train.warmup", {**numbers, "rate": max(_planned(plan).values())})


def during(trace: Trace, plan: Plan | None = None) -> Finding | NotLooked | None:
    """Look at the rates so far."""
    return _in_run(Moment.DURING, trace, plan)


def after(trace: Trace, plan: Plan | None = None) -> Finding | NotLooked | None:
    """Look at all rates."""
    return _in_run(Moment.AFTER, trace, plan)


def _planned(plan: Plan) -> dict[str, float]:
    """Peak rate of the head, and of the encoder where it learns."""
    rates = {"head": plan.train.head_rate}
    return rates if plan.strategy.name == "frozen_body" else {"encoder": plan.train.rate, **rates}


def _in_run(moment: Moment, trace: Trace, plan: Plan | None) -> Finding | NotLooked | None:
    if not trace.rates:
        return NotLooked("the log holds no learning rates")
    steps = int(trace.steps[-1]) if len(trace) else 0
    total = trace.total_steps or steps
    over = trace.finished or moment is Moment.AFTER
    if steps < 10 or not (over or steps >= max(total / 2, warmup_steps(trace, plan) + 1)):
        return None
    for group, logged in trace.rates.items():
        rates = logged[np.isfinite(logged)]
        if not len(rates):
            continue
        peak = float(rates.max())
        if peak <= 0:
            return _finding(moment, "zero run", "train.rate", {"group": group, "steps": steps}, steps)
        wanted = _wanted(group, rates, plan)
        enough = trace.finished or steps >= total / 2
        if enough and peak < ARRIVED * wanted * _seen_of_peak(trace, total, plan):
            numbers: dict[str, Number] = {"group": group, "steps": steps, "total": total}
            numbers |= {"reached": peak, "percent": 100 * peak / wanted}
            return _finding(moment, "low run", "train.warmup", numbers, steps)
    return None


def _seen_of_peak(trace: Trace, total: int, plan: Plan | None) -> float:
    """Share of its peak that a rate has at the nearest entry, at the worst; one that climbs to the end is there."""
    falls = total - warmup_steps(trace, plan)
    return 1.0 if falls <= 0 else max(0.0, 1 - (trace.interval - 1) / falls)


def _wanted(group: str, rates: np.ndarray[tuple[int], np.dtype[np.float64]], plan: Plan | None) -> float:
    """The rate that should arrive; without a plan, a rate that still climbs at the end is told by going on at its
    slope.
    """
    if plan is not None:
        planned = _planned(plan)
        return planned.get(group, planned.get("encoder", 0.0) if group != "head" else 0.0)
    climbing = len(rates) > 1 and bool(np.all(np.diff(rates[-50:]) > 0))
    return float(rates[-1]) * 2 if climbing else float(rates.max())


def _finding(
    moment: Moment, variant: str, setting: str, numbers: dict[str, Number], step: int | None = None
) -> Finding:
    return Finding(
        failure="rate_never_arrives",
        moment=moment,
        severity="error",
        confidence=1.0,
        numbers=numbers,
        place=Place("setting", setting, step=step),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """A tenth for the warmup, and rates above zero."""
    usual = TrainPlan()
    values: dict[str, object] = {"warmup": 0.1} if plan.train.warmup > LATEST_PEAK else {}
    if plan.train.head_rate <= 0:
        values["head_rate"] = usual.head_rate
    if plan.train.rate <= 0 and plan.strategy.name != "frozen_body":
        values["rate"] = usual.rate
    return repaired(plan, "train", values, "the rate must arrive within the run")
