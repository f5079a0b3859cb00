"""Labels that rows bring and batches do not hold."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "collator_overwrites_labels"
ROW = RowCensus(tokens=40, supervised=39)


def test_seen() -> None:
    """More is learned than rows give."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, given_supervised=80))

    assert (finding.numbers["count"], finding.numbers["lost"]) == (312, 232)


@pytest.mark.parametrize("given", [312, 300, 400])
def test_clear(given: int) -> None:
    """As much, a little more, or less: a collator may mask further."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, given_supervised=given)) is None


def test_padding_is_not_counted() -> None:
    """It has a failure of its own."""
    row = RowCensus(tokens=30, supervised=39, padding_supervised=10)

    assert look(NAME, Moment.BEFORE, census=census(row, given_supervised=8 * 29)) is None


def test_not_looked() -> None:
    """Rows without labels, and labels that are no next tokens."""
    assert "no labels" in str(look(NAME, Moment.BEFORE, census=census(ROW)))
    assert "no labels" in str(look(NAME, Moment.BEFORE, census=census(ROW, kind="masked_token", given_supervised=8)))
