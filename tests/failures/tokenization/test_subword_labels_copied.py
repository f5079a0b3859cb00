"""Entities that begin again inside a word."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "subword_labels_copied"
ROW = RowCensus(tokens=30, supervised=25)


def test_seen() -> None:
    """Two of two hundred are enough."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, kind="tags", begins_inside=9, begins_again=2))

    assert (finding.numbers["count"], finding.numbers["percent"]) == (2, 1)


@pytest.mark.parametrize("again", [0, 1])
def test_clear(again: int) -> None:
    """Entities may begin inside what a tokenizer takes for one word."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, kind="tags", begins_inside=20, begins_again=again)) is None


def test_not_looked() -> None:
    """Tags without B-, or no tags."""
    assert "no tag" in str(look(NAME, Moment.BEFORE, census=census(ROW, kind="tags")))
