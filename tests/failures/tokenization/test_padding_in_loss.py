"""Padding that is learned."""

import pytest

from luthier.facts.census import Kind, RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "padding_in_loss"


def row(padding: int) -> RowCensus:
    """A row with a hundred labels."""
    return RowCensus(tokens=100, supervised=100, padding_supervised=padding)


@pytest.mark.parametrize(("padding", "severity"), [(70, "error"), (10, "error"), (9, "warning"), (1, "warning")])
@pytest.mark.parametrize("kind", ["next_token", "sequence_to_sequence", "tags"])
def test_seen(padding: int, severity: str, kind: Kind) -> None:
    """By its share of the labels."""
    finding = seen(NAME, Moment.BEFORE, census=census(row(padding), kind=kind))

    assert (finding.severity, finding.numbers["percent"]) == (severity, padding)


def test_clear() -> None:
    """None, or less than a hundredth: an end token that pads a row once."""
    assert look(NAME, Moment.BEFORE, census=census(row(0))) is None
    assert look(NAME, Moment.BEFORE, census=census(row(0), rows=(row(1), row(0)))) is None


def test_not_looked() -> None:
    """Other labels, or none."""
    assert "no labels" in str(look(NAME, Moment.BEFORE, census=census(row(9), kind="classes")))
    assert "no labels" in str(look(NAME, Moment.BEFORE, census=census(RowCensus(10, 0))))
