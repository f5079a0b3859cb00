"""Rows in the order of their labels."""

import numpy as np
import pytest

from luthier.facts.census import LabelColumn, RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import data, look, noisy, seen, trace
from tests.failures.pair_examples import arguments, census

NAME = "rows_sorted_by_label"
ROW = RowCensus(tokens=20, supervised=1)
SEQUENTIAL = arguments(train_sampling_strategy="sequential")
RANDOM = arguments(train_sampling_strategy="random")


@pytest.mark.parametrize(("runs", "severity"), [(4, "error"), (12, "warning"), (120, "warning")])
def test_seen(runs: int, severity: str) -> None:
    """One block for each class, or longer runs than chance makes; settings tell the order."""
    finding = seen(NAME, Moment.BEFORE, data=data(classes=4, label_runs=runs), arguments=SEQUENTIAL)

    assert (finding.severity, finding.numbers["expected"], finding.numbers["changes"]) == (severity, 600, runs - 1)


def test_the_loader_decides() -> None:
    """What the loader really does outweighs the settings."""
    facts = data(classes=4, label_runs=4)
    assert seen(NAME, Moment.BEFORE, data=facts, arguments=RANDOM, census=census(ROW, in_order=True))
    assert look(NAME, Moment.BEFORE, data=facts, arguments=SEQUENTIAL, census=census(ROW, in_order=False)) is None


def test_texts_are_gone() -> None:
    """The labels of a trainer's rows are enough."""
    known = census(ROW, in_order=True, given=LabelColumn({0: 100, 1: 100}), label_runs=2)
    assert seen(NAME, Moment.BEFORE, census=known).numbers["changes"] == 1
    assert "not measured" in str(look(NAME, Moment.BEFORE, census=census(ROW, in_order=True)))


@pytest.mark.parametrize(("runs", "settings"), [(121, SEQUENTIAL), (4, RANDOM)])
def test_clear(runs: int, settings: object) -> None:
    """Mixed rows may be taken in order, and sorted ones shuffled."""
    assert look(NAME, Moment.BEFORE, data=data(classes=4, label_runs=runs), arguments=settings) is None


def test_not_looked() -> None:
    """Neither order is known."""
    assert "shuffles" in str(look(NAME, Moment.BEFORE, data=data(label_runs=4)))
    assert "not measured" in str(look(NAME, Moment.BEFORE, data=data(), arguments=SEQUENTIAL))


@pytest.mark.parametrize(("runs", "climbs", "found"), [(4, 1.5, True), (4, 0.3, False), (600, 1.5, False)])
def test_course_of_the_loss(runs: int, climbs: float, found: bool) -> None:
    """The same climb in each epoch of sorted rows."""
    losses = noisy(1.0, 200, 0.1) + np.tile(np.linspace(0, climbs, 50), 4)
    answer = look(NAME, Moment.AFTER, data=data(classes=4, label_runs=runs), trace=trace(losses))

    assert (answer is not None) is found


def test_course_of_other_losses() -> None:
    """Falls at the borders of epochs, a flat loss, one that is lost, and a log too short."""
    facts = data(classes=4, label_runs=4)
    for losses in (np.repeat([2.0, 1.0, 0.5, 0.2], 50) + noisy(0.0, 200), np.ones(200), np.full(200, np.nan)):
        assert look(NAME, Moment.AFTER, data=facts, trace=trace(losses)) is None
    assert "fewer than" in str(look(NAME, Moment.AFTER, data=facts, trace=trace(np.ones(100))))
