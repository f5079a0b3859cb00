"""A run that ends before anything is learned."""

import pytest

from luthier.facts.finding import Moment
from luthier.failures.config.too_few_steps import fix
from tests.failures.examples import data, evaluation, look, noisy, plan, seen, trace

NAME = "too_few_steps"


@pytest.mark.parametrize(("rows", "epochs", "steps"), [(48, 2.0, 6), (8, 3.0, 3), (232, 1.9, 29)])
def test_seen_before(rows: int, epochs: float, steps: int) -> None:
    """Fewer than 30 optimiser steps, told with the epochs that would do."""
    found = seen(NAME, Moment.BEFORE, data=data(rows), plan=plan(epochs=epochs))

    assert found.numbers["steps"] == steps
    assert found.numbers["suggested"] == 20


@pytest.mark.parametrize(("rows", "epochs"), [(240, 2.0), (10_000, 1.0)])
def test_clear_before(rows: int, epochs: float) -> None:
    """Thirty steps or more."""
    assert look(NAME, Moment.BEFORE, data=data(rows), plan=plan(epochs=epochs)) is None


def test_a_run_that_learned_in_fewer() -> None:
    """Its log says so."""
    few = {"data": data(160), "plan": plan(epochs=2.0)}

    assert look(NAME, Moment.BEFORE, trace=trace(noisy((0.69, 0.1), 20)), **few) is None
    assert seen(NAME, Moment.BEFORE, trace=trace(noisy((0.69, 0.6), 20)), **few).variant == "plan"


def test_accumulation_counts() -> None:
    """A step of two batches is one step."""
    assert seen(NAME, Moment.BEFORE, data=data(800), plan=plan(epochs=1.0, accumulation=2)).numbers["batch"] == 32


def test_seen_after() -> None:
    """The loss was still falling at the end, far from done."""
    found = seen(NAME, Moment.AFTER, trace=trace(noisy((0.8, 0.5), 100)), data=data(), plan=plan())

    assert found.variant == "run"
    assert 0.5 < float(found.numbers["loss"]) < 0.6


@pytest.mark.parametrize(
    "losses",
    [noisy(0.6, 100), noisy((0.6, 0.1), 100), noisy((0.8, 0.75), 100, spread=0.3)],
    ids=["flat", "nearly done", "noise"],
)
def test_clear_after(losses: object) -> None:
    """It had come to rest, or to its end, or nothing is sure."""
    assert look(NAME, Moment.AFTER, trace=trace(losses), data=data(), plan=plan()) is None  # type: ignore[arg-type]


def test_the_best_score_was_earlier() -> None:
    """Validation had stopped getting better, so that more steps would not help."""
    run = trace(noisy((0.8, 0.5), 100), evaluations=((50, evaluation(0.8)), (100, evaluation(0.7))))

    assert look(NAME, Moment.AFTER, trace=run, data=data(), plan=plan()) is None


def test_fix() -> None:
    """More epochs; a second time changes nothing, and never fewer."""
    found = seen(NAME, Moment.BEFORE, data=data(160), plan=plan(epochs=2.0))

    once = fix(plan(epochs=2.0), found)

    assert once.train.epochs == 20
    assert fix(once, found) == once
    assert fix(plan(epochs=99.0), found).train.epochs == 99


@pytest.mark.parametrize(("last", "scored", "told"), [(0.67, True, True), (0.3, True, False), (0.67, False, False)])
def test_a_log_alone(last: float, scored: bool, told: bool) -> None:
    """Three steps in all; a model that writes may begin near where it ends."""
    scores = ((3, evaluation(0.8)),) if scored else ()
    found = look(NAME, Moment.AFTER, trace=trace([0.69, 0.68, last], evaluations=scores))

    assert (getattr(found, "variant", "") == "log") == told
