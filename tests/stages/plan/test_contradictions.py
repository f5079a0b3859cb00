"""Wishes against facts."""

from dataclasses import replace

import pytest

from luthier.errors import PlanError
from luthier.facts.data import DataFacts
from luthier.facts.model import ModelFacts
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason
from luthier.stages.plan.contradictions import contradictions
from luthier.stages.plan.settings import value_from_text, with_value

DATA = DataFacts("a.csv", {"train": 40, "validation": 5, "test": 5}, "made", ("a", "b"), {"train": {"a": 20, "b": 20}})
MODEL = ModelFacts("mini", "bert", 1_000, 6, 32, 100, 512, None, "cls")
PLAN = Plan(DataPlan("a.csv"), ModelPlan("mini"))
STRATEGIES = ("full", "top_layers", "frozen_body")


def notices(plan: Plan = PLAN, data: DataFacts = DATA) -> tuple[str, ...]:
    """What is said about a plan."""
    return contradictions(plan, data, MODEL, STRATEGIES, {"frozen_body": "no reason"})


def test_nothing_to_say() -> None:
    """A plan that fits is passed in silence."""
    assert notices() == ()


@pytest.mark.parametrize(
    ("name", "value", "message", "next_step"),
    [
        ("strategy.name", "fulll", "no strategy fulll", "did you mean full?"),
        ("strategy.name", "frozen_body", "does not suit: no reason", "try full, top_layers"),
        ("strategy.layers", "7", "7 layers cannot be trained: mini has 6", "choose 1 to 6"),
        ("model.max_tokens", "513", "513 tokens do not fit", "at most 512"),
        ("train.metric", "acuracy", "no metric acuracy", "did you mean accuracy?"),
        ("data.test_share", "0.9", "none is left to train on", "lower one of them"),
    ],
)
def test_refused(name: str, value: str, message: str, next_step: str) -> None:
    """Each is an error with a place and a next step."""
    plan = with_value(PLAN, name, value_from_text(name, value, where=""), Reason("asked", "user"))

    with pytest.raises(PlanError, match=message) as caught:
        notices(plan)

    assert next_step in caught.value.next_step
    assert name in caught.value.where


@pytest.mark.parametrize(
    ("name", "value", "notice"),
    [
        ("train.precision", "bf16", "no bf16 arithmetic"),
        ("train.batch_size", "64", "a step of 64 rows is larger than the training split of 40 rows"),
        ("train.warmup", "1", "warmup takes the whole run of 9 steps"),
        ("strategy.layers", "2", "not used by full"),
    ],
)
def test_said(name: str, value: str, notice: str) -> None:
    """Each can be done, and is said."""
    plan = with_value(PLAN, name, value_from_text(name, value, where=""), Reason("asked", "user"))

    assert [line for line in notices(plan) if notice in line]


def test_shares_do_not_matter_where_the_splits_are_given() -> None:
    """Given splits are respected, so the shares are not judged."""
    plan = replace(PLAN, data=replace(PLAN.data, test_share=0.9, validation_share=0.9))

    assert notices(plan, replace(DATA, split_origin="given")) == ()
