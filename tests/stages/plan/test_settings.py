"""Dotted settings: names, kinds, ranges, and errors that help."""

from dataclasses import fields

import pytest

from luthier.errors import PlanError
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason, TrainPlan
from luthier.stages.plan.settings import KINDS, RANGES, closest, value_from_text, value_in, value_of, with_value

PLAN = Plan(DataPlan("a.csv"), ModelPlan("m"))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("train.rate", "5e-5", 5e-5),
        ("train.batch_size", "8", 8),
        ("train.class_weights", "Yes", True),
        ("train.class_weights", "false", False),
        ("train.schedule", "cosine", "cosine"),
        ("strategy.layers", "none", None),
        ("strategy.layers", "3", 3),
        ("data.clean", "html, space", ("html", "space")),
        ("data.clean", "[html]", ("html",)),
        ("data.group", "author", "author"),
        ("seed", "0", 0),
    ],
)
def test_text_becomes_a_value(name: str, text: str, value: object) -> None:
    """Text from the command line takes the kind of the field in the plan."""
    found = value_from_text(name, text, where="")

    assert (value, type(value)) == (found, type(found))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("train.rate", "abc", "is a number, not 'abc'"),
        ("train.rate", "nan", "is a number, not 'nan'"),
        ("train.rate", "inf", "is a number, not 'inf'"),
        ("train.rate", "-1", "from 0 to 10, not -1.0"),
        ("train.epochs", "0", "above 0 to 10000"),
        ("train.label_smoothing", "1", "from 0 to below 1"),
        ("train.batch_size", "2.5", "is a whole number"),
        ("train.batch_size", "9" * 400, "is a whole number"),
        ("train.class_weights", "maybe", "true or false"),
        ("train.schedule", "cosin", "one of linear, cosine, constant"),
        ("strategy.layers", "few", "a whole number or none"),
        ("model.id", "", "is a word"),
    ],
)
def test_wrong_values_are_refused(name: str, text: str, message: str) -> None:
    """A value of the wrong kind or out of range names the place and what the setting takes."""
    with pytest.raises(PlanError, match=message) as caught:
        value_from_text(name, text, where=f"--set {name}={text}")

    assert caught.value.where == f"--set {name}={text}"
    assert caught.value.next_step


@pytest.mark.parametrize(("typed", "meant"), [("train.rat", "train.rate"), ("rate", "train.rate"), ("sede", "seed")])
def test_unknown_names_get_a_suggestion(typed: str, meant: str) -> None:
    """A slip of the keyboard, or a missing group, is answered with the name that was meant."""
    with pytest.raises(PlanError) as caught:
        value_of(typed, "1", where="")

    assert caught.value.next_step == f"did you mean {meant}?"


def test_a_far_name_gets_the_list() -> None:
    """Where nothing is near, all names are listed."""
    with pytest.raises(PlanError) as caught:
        value_of("xyzzy", "1", where="")

    assert "train.rate" in caught.value.next_step
    assert closest("xyzzy", KINDS) == ""


def test_every_number_of_the_plan_has_a_range() -> None:
    """A new number in the plan cannot be forgotten: it needs a range, and the defaults lie in theirs."""
    numbers = {name for name, kind in KINDS.items() if kind in (int, float) or kind == int | None}

    assert numbers == set(RANGES)
    for name in numbers - {"strategy.layers"}:
        assert RANGES[name].holds(value_in(PLAN, name)), name  # type: ignore[arg-type]


def test_names_are_the_fields() -> None:
    """The names are those of the plan's own fields."""
    assert {f"train.{field.name}" for field in fields(TrainPlan)} == {name for name in KINDS if name[:6] == "train."}


def test_with_value_changes_one_thing() -> None:
    """Setting a value gives a copy with that value and its reason, and leaves the plan alone."""
    changed = with_value(PLAN, "train.rate", 1e-4, Reason("asked", "user"))

    assert (changed.train.rate, PLAN.train.rate) == (1e-4, 5e-5)
    assert changed.set_by_user("train.rate")
    assert with_value(changed, "train.rate", 5e-5, Reason("back")) == PLAN
    assert with_value(PLAN, "seed", 7, Reason("asked")).seed == 7
