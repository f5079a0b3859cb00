"""Tokens that the base model never met."""

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "template_tokens_untrained"
ROW = RowCensus(tokens=40, supervised=20)


def test_seen() -> None:
    """Named, and counted."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, faint=("<|im_start|>", "<|im_end|>"), table_learns=False))

    assert (finding.numbers["count"], finding.numbers["tokens"]) == (2, "<|im_start|>, <|im_end|>")


def test_clear() -> None:
    """A table that learns, or vectors of usual length."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, faint=("<|im_start|>",), table_learns=True)) is None
    assert look(NAME, Moment.BEFORE, census=census(ROW, table_learns=False)) is None


def test_not_looked() -> None:
    """A census without a look at the table."""
    assert "not looked at" in str(look(NAME, Moment.BEFORE, census=census(ROW)))
