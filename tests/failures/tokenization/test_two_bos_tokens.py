"""One BOS too many."""

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census, pairs

NAME = "two_bos_tokens"
ONE, TWO = RowCensus(tokens=40, supervised=10, bos=1), RowCensus(tokens=40, supervised=10, bos=2)


def test_batches() -> None:
    """Half of the rows or more."""
    finding = seen(NAME, Moment.BEFORE, census=census(TWO, rows=(TWO, ONE)))

    assert (finding.variant, finding.numbers["count"], finding.confidence) == ("batch", 1, 1.0)
    assert look(NAME, Moment.BEFORE, census=census(TWO, rows=(TWO, ONE, ONE))) is None


def test_rows() -> None:
    """As the tokenizer encodes them; code that nobody sees may do otherwise."""
    finding = seen(NAME, Moment.BEFORE, pairs=pairs(two_bos=1.0))

    assert (finding.variant, finding.numbers["percent"], finding.confidence) == ("rows", 100, 0.8)
    assert look(NAME, Moment.BEFORE, pairs=pairs(two_bos=0.2)) is None


def test_not_looked() -> None:
    """Without batches and without a BOS token."""
    assert "neither" in str(look(NAME, Moment.BEFORE, pairs=pairs(two_bos=None)))
