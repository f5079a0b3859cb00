"""Refusals among targets."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import found, pairs

NAME = "refusals_in_targets"


@pytest.mark.parametrize(
    ("count", "rows", "severity"),
    [(1, 1000, "note"), (9, 1000, "note"), (10, 1000, "warning"), (2, 20, "note"), (3, 20, "warning")],
)
def test_seen(count: int, rows: int, severity: str) -> None:
    """A hundredth of the rows, and three of them, are many."""
    facts = pairs(refusals=found(count), rows={"train": rows})
    finding = seen(NAME, Moment.BEFORE, pairs=facts)

    assert (finding.severity, finding.numbers["line"], finding.place.lines[0]) == (severity, 7, 7)


def test_clear() -> None:
    """None, none said; without rows nobody looked."""
    assert look(NAME, Moment.BEFORE, pairs=pairs()) is None
    assert "pairs" in str(look(NAME, Moment.BEFORE))
