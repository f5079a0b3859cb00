"""Patience that no run can exhaust."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.failures._engine import all_failures
from tests.failures.examples import look, plan, seen, trace
from tests.failures.pair_examples import arguments, census

NAME = "early_stopping_inert"
STEPS: dict[str, Plain] = {"eval_strategy": "steps", "eval_steps": 10, "max_steps": 40}


@pytest.mark.parametrize(
    ("epochs", "patience", "stated", "count"),
    [
        (3.0, 3, {"eval_strategy": "epoch"}, 3),
        (3.0, 2, {"eval_strategy": "epoch"}, 3),
        (2.5, 2, {"eval_strategy": "epoch"}, 3),
        (5.0, 2, {"eval_strategy": "epoch", "eval_delay": 3}, 3),
        (3.0, 3, STEPS, 4),
        (3.0, 4, {**STEPS, "max_steps": 41}, 5),
        (3.0, 3, {**STEPS, "eval_delay": 15}, 3),
        (3.0, 9, {"eval_strategy": "no"}, 0),
    ],
)
def test_seen(epochs: float, patience: int, stated: dict[str, Plain], count: int) -> None:
    """One evaluation too few, counted from the settings."""
    settings = arguments(**stated)
    found = seen(NAME, Moment.BEFORE, arguments=settings, plan=plan(epochs=epochs, patience=patience))

    assert (found.severity, found.numbers["count"]) == ("warning", count)


@pytest.mark.parametrize(
    ("patience", "stated"),
    [(0, {"eval_strategy": "epoch"}), (1, {"eval_strategy": "epoch"}), (2, STEPS)],
)
def test_clear(patience: int, stated: dict[str, Plain]) -> None:
    """No callback, or one that has time to act."""
    assert look(NAME, Moment.BEFORE, arguments=arguments(**stated), plan=plan(patience=patience)) is None


def test_best_is_loaded() -> None:
    """Then only time is lost."""
    settings = arguments(eval_strategy="epoch", load_best_model_at_end=True)

    assert seen(NAME, Moment.BEFORE, arguments=settings, plan=plan(patience=3)).severity == "note"


def test_length() -> None:
    """From the log, or as the trainer counts; without either it is not known."""
    settings, wanted = arguments(eval_strategy="steps", eval_steps=50), plan(patience=3)
    rows = census(RowCensus(10, 10), steps=180)

    assert seen(NAME, Moment.BEFORE, arguments=settings, plan=wanted, trace=trace([], total=150)).numbers["count"] == 3
    assert seen(NAME, Moment.BEFORE, arguments=settings, plan=wanted, census=rows).numbers["count"] == 4
    assert "not known" in str(look(NAME, Moment.BEFORE, arguments=settings, plan=wanted))


def test_fix() -> None:
    """A third of the evaluations; where there are hardly any, nothing."""
    fix = all_failures()[NAME].fix_plan
    assert fix is not None
    often, seldom = arguments(eval_strategy="epoch"), arguments(eval_strategy="no")
    then = plan(epochs=9.0, patience=9)
    found = seen(NAME, Moment.BEFORE, arguments=often, plan=then)
    rare = seen(NAME, Moment.BEFORE, arguments=seldom, plan=then)

    assert fix(then, found).train.patience == 3
    assert look(NAME, Moment.BEFORE, arguments=often, plan=fix(then, found)) is None
    assert fix(then, rare) == then
