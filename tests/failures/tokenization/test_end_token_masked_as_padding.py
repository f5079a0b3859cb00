"""Ends that are masked because they look like padding."""

from dataclasses import replace

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "end_token_masked_as_padding"
SAME = TokenizerFacts("here", 500, special={"pad": 2, "eos": 2}, special_text={"pad": "</s>", "eos": "</s>"})
OWN = replace(SAME, special={"pad": 0, "eos": 2})
MASKED = RowCensus(tokens=40, supervised=38, ends=True)
LEARNED = replace(MASKED, end_supervised=True)


def test_seen() -> None:
    """Half of the rows or more."""
    finding = seen(NAME, Moment.BEFORE, census=census(MASKED), tokenizer=SAME)

    assert (finding.numbers["count"], finding.numbers["token"], finding.numbers["id"]) == (8, "</s>", 2)
    assert seen(NAME, Moment.BEFORE, census=census(MASKED, rows=(MASKED, LEARNED)), tokenizer=SAME)


def test_clear() -> None:
    """The end is learned, another token pads, or hardly a row is so."""
    assert look(NAME, Moment.BEFORE, census=census(LEARNED), tokenizer=SAME) is None
    assert look(NAME, Moment.BEFORE, census=census(MASKED), tokenizer=OWN) is None
    assert look(NAME, Moment.BEFORE, census=census(MASKED, rows=(MASKED, LEARNED, LEARNED)), tokenizer=SAME) is None


def test_not_looked() -> None:
    """No ends, no labels, or other labels."""
    without, empty = replace(MASKED, ends=False), replace(MASKED, supervised=0)

    assert "no row" in str(look(NAME, Moment.BEFORE, census=census(without), tokenizer=SAME))
    assert "no row" in str(look(NAME, Moment.BEFORE, census=census(empty), tokenizer=SAME))
    assert "no next tokens" in str(look(NAME, Moment.BEFORE, census=census(MASKED, kind="tags"), tokenizer=SAME))
