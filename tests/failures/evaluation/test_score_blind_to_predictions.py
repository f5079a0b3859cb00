"""Metrics that do not look at predictions."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.trial import TrialFacts
from tests.failures.examples import look, seen
from tests.failures.scored_examples import answers

NAME = "score_blind_to_predictions"


@pytest.mark.parametrize(("right", "wrong"), [(1.0, 1.0), (0.4, 0.4), (0.2, 0.9)])
def test_alike(right: float, wrong: float) -> None:
    """Wrong predictions score as well as right ones, or better."""
    found = seen(NAME, Moment.BEFORE, trial=answers(right, wrong, name="f1_macro"))

    assert (found.severity, found.variant, found.numbers["other"]) == ("error", "alike", wrong)


def test_first_row() -> None:
    """The other rows do not matter."""
    assert seen(NAME, Moment.BEFORE, trial=answers(1.0, name="accuracy", first=1.0)).variant == "first row"


def test_clear() -> None:
    """A metric that measures, one that a single row satisfies, one at 0, one of another kind, none."""
    assert look(NAME, Moment.BEFORE, trial=answers(1.0, 0.2, name="accuracy", first=0.4)) is None
    assert look(NAME, Moment.BEFORE, trial=answers(1.0, 0.0, name="recall", first=1.0)) is None
    assert look(NAME, Moment.BEFORE, trial=answers(0.0, 0.0, name="accuracy")) is None
    assert look(NAME, Moment.BEFORE, trial=answers(3.0, 9.0, name="perplexity")) is None
    assert look(NAME, Moment.BEFORE, trial=TrialFacts()) is None
