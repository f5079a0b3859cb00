"""A baseline that does as well."""

import pytest

from luthier.facts.evaluation import Scores
from luthier.facts.finding import Moment
from tests.failures.examples import evaluation, look, scores, seen

NAME = "not_better_than_baseline"


@pytest.mark.parametrize(
    ("difference", "variant", "severity"),
    [
        ((-0.10, -0.15, -0.05), "worse", "error"),
        ((0.0, -0.01, 0.01), "equal", "warning"),
        ((-0.002, -0.01, 0.005), "equal", "warning"),
    ],
)
def test_seen(difference: tuple[float, float, float], variant: str, severity: str) -> None:
    """Certainly worse, or certainly not better by more than a point."""
    found = seen(NAME, Moment.AFTER, validation=scores(difference=difference))

    assert (found.variant, found.severity, found.numbers["baseline"]) == (variant, severity, "tfidf")


@pytest.mark.parametrize("difference", [(0.05, 0.02, 0.08), (0.004, 0.001, 0.007)])
def test_clear(difference: tuple[float, float, float]) -> None:
    """Better, be it by little."""
    assert look(NAME, Moment.AFTER, validation=scores(difference=difference)) is None


def test_too_few_rows_to_tell() -> None:
    """A wide interval on both sides of zero says nothing, and that is said."""
    assert "too few" in str(look(NAME, Moment.AFTER, validation=scores(difference=(0.0, -0.1, 0.1))))


def test_the_test_split_speaks_last() -> None:
    """Where the test was scored, it decides."""
    test = scores(evaluation(split="test"), difference=(-0.1, -0.15, -0.05))

    assert seen(NAME, Moment.AFTER, validation=scores(), test=test).place.name == "test"


def test_no_baseline() -> None:
    """Nothing to compare with."""
    assert "no baseline" in str(look(NAME, Moment.AFTER, validation=Scores(evaluation())))


@pytest.mark.parametrize(("own", "other", "told"), [(0.80, 0.95, True), (0.90, 0.95, False), (0.95, 0.80, False)])
def test_of_another_tool(own: float, other: float, told: bool) -> None:
    """No rows to compare one by one: by the noise of two shares."""
    found = look(NAME, Moment.AFTER, validation=Scores(evaluation(own), (evaluation(other, name="tfidf"),)))

    assert (getattr(found, "variant", "") == "foreign") == told


def test_of_another_tool_on_other_rows() -> None:
    """As many rows as were given, or nothing is said."""
    apart = Scores(evaluation(0.5, rows=80), (evaluation(0.95, name="tfidf"),))

    assert "as many rows" in str(look(NAME, Moment.AFTER, validation=apart))
