"""Budgets: expecting what a plan takes, choosing what fits.

The cost model counts tokens through layers. With L layers of which the last n learn, the layers below run once over the
rows and their output is kept; an epoch then costs n / L of full training. A frozen body costs one forward pass. What a
token costs is measured on this machine (`Speed`), not assumed.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from luthier.facts.data import DataFacts
from luthier.facts.plan import Plan, Reason
from luthier.facts.speed import Speed
from luthier.stages.plan.defaults import steps_per_epoch
from luthier.stages.plan.settings import with_value
from luthier.stages.plan.times import spoken

# Batches of like lengths still pad a little.
PADDING = 1.05
# A step of the head alone, on vectors that are there already.
HEAD_STEP_SECONDS = 5e-4


def mean_tokens(plan: Plan, data: DataFacts, split: str) -> float:
    """Tokens of an average row after the cut, from the quantiles of its length (trapezoids between them)."""
    lengths = data.lengths.get(split) or data.lengths.get("train")
    if lengths is None:
        return float(plan.model.max_tokens)
    points = sorted((share / 100, min(length, plan.model.max_tokens)) for share, length in lengths.quantiles.items())
    return sum((right - left) * (low + high) / 2 for (left, low), (right, high) in pairwise(points))


def learning_layers(plan: Plan, layers: int) -> int:
    """How many of the last layers learn; 0 when only the head does."""
    if plan.strategy.name == "frozen_body":
        return 0
    return min(layers, plan.strategy.layers or layers)


def expected_seconds(plan: Plan, data: DataFacts, speed: Speed) -> float:
    """Seconds of training and validating, start-up and the final test left out."""
    once, per_epoch = _costs(plan, data, speed)
    return once + plan.train.epochs * per_epoch


def fit_budget(plans: Sequence[Plan], data: DataFacts, speed: Speed, seconds: float) -> tuple[Plan, tuple[str, ...]]:
    """Choose the strategy and the epochs that a budget allows.

    The strategy that trains the most layers comes first: at its own epochs, else at fewer, but at least one. A number
    of epochs that the user set is not changed.

    Args:
        plans: one complete plan per strategy; one only, when the user set the strategy.
        data: facts.
        speed: measured on this machine.
        seconds: the budget.

    Returns:
        The plan, with the expectation in its reasons, and lines for people.
    """
    best_first = sorted(plans, key=lambda plan: -learning_layers(plan, speed.layers))
    for plan in best_first:
        once, per_epoch = _costs(plan, data, speed)
        epochs = plan.train.epochs if plan.set_by_user("train.epochs") else _affordable(plan, once, per_epoch, seconds)
        fitted = replace(plan, train=replace(plan.train, epochs=epochs))
        if epochs > 0 and expected_seconds(fitted, data, speed) <= seconds:
            passed_over = best_first[0] if plan is not best_first[0] else None
            return _with_reasons(plan, fitted, data, speed, seconds, passed_over)
    cheapest = min(best_first, key=lambda plan: expected_seconds(plan, data, speed))
    said = f"expected: {expectation(cheapest, data, speed)}, which is more than the budget of {spoken(seconds)}"
    return cheapest, (said,)


def expectation(plan: Plan, data: DataFacts, speed: Speed) -> str:
    """What a plan will take, in words: "about 2 min 40 s for 3 epochs of full"."""
    epochs = f"{plan.train.epochs:g} epoch{'' if plan.train.epochs == 1 else 's'}"
    layers = f" ({plan.strategy.layers} of {speed.layers})" if plan.strategy.layers else ""
    return f"about {spoken(expected_seconds(plan, data, speed))} for {epochs} of {plan.strategy.name}{layers}"


def _costs(plan: Plan, data: DataFacts, speed: Speed) -> tuple[float, float]:
    """Seconds that are spent once, and seconds per epoch."""
    train = data.rows.get("train", 0) * mean_tokens(plan, data, "train") * PADDING
    validation = data.rows.get("validation", 0) * mean_tokens(plan, data, "validation") * PADDING
    steps = steps_per_epoch(plan, data.rows.get("train", 0))
    learning = learning_layers(plan, speed.layers) / speed.layers
    once = (1 - learning) * (train + validation) / speed.forward_tokens_per_second
    if learning == 0:
        return once, steps * HEAD_STEP_SECONDS
    training = train / speed.train_tokens_per_second + steps * speed.step_seconds
    scoring = plan.train.evaluations_per_epoch * validation / speed.forward_tokens_per_second
    return once, learning * (training + scoring)


def _affordable(plan: Plan, once: float, per_epoch: float, seconds: float) -> float:
    """Whole epochs that fit, at most those of the plan; 0 when not even one does."""
    fit = math.floor((seconds - once) / per_epoch) if seconds > once else 0
    return plan.train.epochs if fit >= plan.train.epochs else float(max(0, fit))


def _with_reasons(
    plan: Plan, fitted: Plan, data: DataFacts, speed: Speed, seconds: float, passed_over: Plan | None
) -> tuple[Plan, tuple[str, ...]]:
    said = f"{expectation(fitted, data, speed)}; the budget is {spoken(seconds)}"
    if passed_over is not None:
        epoch = sum(_costs(passed_over, data, speed))
        said += f", and a single epoch of {passed_over.strategy.name} would take {spoken(epoch)}"
    if not plan.set_by_user("strategy.name"):
        fitted = with_value(fitted, "strategy.name", plan.strategy.name, Reason(said))
    if fitted.train.epochs != plan.train.epochs:
        per_epoch = _costs(plan, data, speed)[1]
        why = f"an epoch takes {spoken(per_epoch)} here; {plan.train.epochs:g} do not fit into {spoken(seconds)}"
        fitted = with_value(fitted, "train.epochs", fitted.train.epochs, Reason(why))
    return fitted, (f"expected: {said}",)
