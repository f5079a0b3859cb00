"""Saved models that equal their base."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.saved_examples import weights

NAME = "weights_equal_base"
ALL = tuple(weights().tensors)
SAME = weights(unchanged=ALL, compared=len(ALL))


def test_other_saved() -> None:
    """The loss fell, so that another object was saved."""
    found = seen(NAME, Moment.AFTER, weights=SAME, trace=trace(noisy((2.0, 0.5), 100)))

    assert (found.variant, found.severity, found.numbers["count"]) == ("other", "error", 11)


@pytest.mark.parametrize("parts", [{}, {"trace": trace(noisy(2.0, 100))}, {"trace": trace([2.0])}])
def test_nothing_trained(parts: dict[str, object]) -> None:
    """No log, or one whose loss stands still."""
    assert seen(NAME, Moment.AFTER, weights=SAME, **parts).variant == "same"


@pytest.mark.parametrize("unchanged", [(), ALL[:-1]])
def test_clear(unchanged: tuple[str, ...]) -> None:
    """All moved, or a new head on a frozen body."""
    assert look(NAME, Moment.AFTER, weights=weights(unchanged=unchanged, compared=10)) is None


def test_not_looked() -> None:
    """Without the base, or with another model as the base."""
    assert "--base" in str(look(NAME, Moment.AFTER, weights=weights()))
    assert "same name" in str(look(NAME, Moment.AFTER, weights=weights(unchanged=(), compared=0)))


@pytest.mark.parametrize(
    ("fresh", "end", "told"), [(True, 0.5, True), (False, 0.5, False), (None, 0.5, False), (True, 2.0, False)]
)
def test_head_that_was_never_trained(fresh: bool | None, end: float, told: bool) -> None:
    """Its biases are still exactly zero, though the loss fell: another object was saved."""
    other = weights(unchanged=ALL[:-1], compared=len(ALL) - 1, fresh_head=fresh)
    found = look(NAME, Moment.AFTER, weights=other, trace=trace(noisy((2.0, end), 100)))

    assert (getattr(found, "variant", "") == "fresh") == told
