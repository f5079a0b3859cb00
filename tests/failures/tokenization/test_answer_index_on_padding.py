"""Spans on padding."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "answer_index_on_padding"
ROW = RowCensus(tokens=40, supervised=2)


@pytest.mark.parametrize(("count", "severity"), [(1, "warning"), (2, "error"), (20, "error")])
def test_seen(count: int, severity: str) -> None:
    """By their share of the rows."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, 20, kind="span", spans_on_padding=count))

    assert (finding.severity, finding.numbers["count"]) == (severity, count)


def test_clear() -> None:
    """None of them."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, kind="span", spans_on_padding=0)) is None


def test_not_looked() -> None:
    """No spans."""
    assert "no spans" in str(look(NAME, Moment.BEFORE, census=census(ROW)))
