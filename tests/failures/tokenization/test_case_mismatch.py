"""A tokenizer whose case is not that of its vocabulary."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "case_mismatch"


def tokenizer(lowers: bool | None, capitals: float, letters: float = 0.9) -> TokenizerFacts:
    """A vocabulary with these shares of pieces."""
    return TokenizerFacts(
        "m",
        30_000,
        lower_cases=lowers,
        case_flag=True,
        capitals_in_vocabulary=capitals,
        letters_in_vocabulary=letters,
    )


@pytest.mark.parametrize(("lowers", "capitals", "variant"), [(False, 0.0001, "kept"), (True, 0.3, "taken")])
def test_seen(lowers: bool, capitals: float, variant: str) -> None:
    """In either direction."""
    finding = seen(NAME, Moment.BEFORE, tokenizer=tokenizer(lowers, capitals))

    assert (finding.variant, finding.severity, finding.numbers["pieces"]) == (variant, "warning", 30_000)


@pytest.mark.parametrize(
    ("lowers", "capitals", "letters"),
    [(True, 0.0001, 0.9), (False, 0.3, 0.9), (False, 0.0, 0.2), (True, 0.01, 0.9)],
    ids=["uncased", "cased", "Chinese without capitals", "a few names among small letters"],
)
def test_clear(lowers: bool, capitals: float, letters: float) -> None:
    """Flag and vocabulary agree, or the script has hardly any letters with two forms."""
    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(lowers, capitals, letters)) is None


def test_nothing_lost() -> None:
    """A vocabulary made of small letters for texts of small letters: without the setting, or without unknown tokens."""
    made = tokenizer(False, 0.0)
    row = RowCensus(tokens=40, supervised=1)

    assert look(NAME, Moment.BEFORE, tokenizer=replace(made, case_flag=False)) is None
    assert look(NAME, Moment.BEFORE, tokenizer=made, census=census(row, unknown_share=0.0)) is None
    assert seen(NAME, Moment.BEFORE, tokenizer=made, census=census(row, unknown_share=0.1))


def test_not_looked() -> None:
    """Files that do not say it."""
    assert "not known" in str(look(NAME, Moment.BEFORE, tokenizer=tokenizer(None, 0.3)))
