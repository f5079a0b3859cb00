"""Labels one place off."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "labels_shifted_twice"
ROW = RowCensus(tokens=40, supervised=20)


def test_seen() -> None:
    """Each label is the next token."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, copies_input=0.05, copies_next=0.98))

    assert finding.numbers == {"percent": 98, "own": 5}


@pytest.mark.parametrize(("own", "following"), [(1.0, 0.0), (1.0, 1.0), (0.0, 0.5), (0.6, 0.95)])
def test_clear(own: float, following: float) -> None:
    """Right labels, texts of one repeated token, and labels that are something else."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, copies_input=own, copies_next=following)) is None


def test_not_looked() -> None:
    """No labels, or other ones."""
    assert "no labels" in str(look(NAME, Moment.BEFORE, census=census(ROW)))
    other = census(ROW, kind="masked_token", copies_input=0.0, copies_next=1.0)
    assert "no labels" in str(look(NAME, Moment.BEFORE, census=other))
