"""Ids that say something else than the texts."""

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "preprocessing_cache_stale"
ROW = RowCensus(tokens=40, supervised=1)


def test_seen() -> None:
    """Hardly a word in common."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, from_own_text=0.1))

    assert (finding.severity, finding.numbers["percent"]) == ("error", 10)


def test_clear() -> None:
    """Most words in common; a text that was cleaned first has fewer."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, from_own_text=1.0)) is None
    assert look(NAME, Moment.BEFORE, census=census(ROW, from_own_text=0.3)) is None


def test_not_looked() -> None:
    """Rows of ids alone."""
    assert "no texts" in str(look(NAME, Moment.BEFORE, census=census(ROW)))
