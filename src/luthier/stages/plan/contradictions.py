"""Wishes against facts: what cannot be done is refused, what sits badly is said."""

import math
from collections.abc import Collection, Iterator, Mapping

from luthier.errors import PlanError
from luthier.facts.data import DataFacts
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.stages.plan.settings import closest

METRICS = ("accuracy", "macro_f1", "mcc", "log_loss", "calibration_error")


def contradictions(
    plan: Plan, data: DataFacts, model: ModelFacts, strategies: Collection[str], unsuited: Mapping[str, str]
) -> tuple[str, ...]:
    """Lines for people about values that can be used but sit badly.

    Args:
        plan: complete.
        data, model: facts.
        strategies: ids of all strategies.
        unsuited: strategy to the reason why it does not suit.

    Raises:
        PlanError: a value cannot be used with these facts.
    """
    _refuse_strategy(plan, model, strategies, unsuited)
    _refuse_sizes(plan, data, model)
    return tuple(_bad_seats(plan, data, model))


def _refuse_strategy(plan: Plan, model: ModelFacts, strategies: Collection[str], unsuited: Mapping[str, str]) -> None:
    name, layers = plan.strategy.name, plan.strategy.layers
    if name not in strategies:
        hint = closest(name, strategies) or f"strategies: {', '.join(sorted(strategies))}"
        raise PlanError(f"there is no strategy {name}", where="strategy.name", next_step=hint)
    if name in unsuited:
        others = ", ".join(sorted(set(strategies) - set(unsuited)))
        raise PlanError(f"{name} does not suit: {unsuited[name]}", where="strategy.name", next_step=f"try {others}")
    if layers is not None and layers > model.layers:
        raise PlanError(
            f"{layers} layers cannot be trained: {model.id} has {model.layers}",
            where="strategy.layers",
            next_step=f"choose 1 to {model.layers}",
        )


def _refuse_sizes(plan: Plan, data: DataFacts, model: ModelFacts) -> None:
    if plan.model.max_tokens > model.usable_positions:
        raise PlanError(
            f"{plan.model.max_tokens} tokens do not fit: {model.id} has {model.usable_positions} positions",
            where="model.max_tokens",
            next_step=f"choose at most {model.usable_positions}, or a model for long texts",
        )
    scored = plan.data.validation_share + plan.data.test_share
    if data.split_origin == "made" and scored >= 1:
        raise PlanError(
            f"validation and test take {scored:.0%} of the rows, and none is left to train on",
            where="data.validation_share, data.test_share",
            next_step="lower one of them",
        )
    if plan.train.metric not in METRICS:
        raise PlanError(
            f"there is no metric {plan.train.metric}",
            where="train.metric",
            next_step=closest(plan.train.metric, METRICS) or f"metrics: {', '.join(METRICS)}",
        )


def _bad_seats(plan: Plan, data: DataFacts, model: ModelFacts) -> Iterator[str]:
    rows = data.rows.get("train", 0)
    step = plan.train.batch_size * plan.train.accumulation
    steps = max(1, math.ceil(plan.train.epochs * max(1, math.ceil(rows / step))))
    if plan.train.precision == "bf16" and not model.native_bf16:
        yield "train.precision is bf16, but this processor has no bf16 arithmetic: training will be slower than fp32"
    if step > rows > 0:
        yield f"a step of {step} rows is larger than the training split of {rows} rows: one step per epoch"
    if plan.train.warmup >= 1 and plan.set_by_user("train.warmup"):
        yield f"warmup takes the whole run of {steps} steps: the rate is full only at the very end"
    if plan.strategy.layers is not None and plan.strategy.name in {"full", "frozen_body"}:
        yield f"strategy.layers is not used by {plan.strategy.name}; top_layers asks for it"
