"""A second language that the vocabulary takes to pieces."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import MODEL, data, look, seen

NAME = "languages_mixed"
SHARES = {"en": 0.6, "de": 0.3, "fi": 0.1}


def test_seen() -> None:
    """The larger of the languages that are taken to pieces is told."""
    pieces = {"en": 1.2, "de": 2.2, "fi": 3.0}
    finding = seen(NAME, Moment.BEFORE, data=data(languages=SHARES, language_pieces=pieces))

    assert (finding.numbers["other"], finding.numbers["main"], finding.numbers["percent"]) == ("de", "en", 30.0)


@pytest.mark.parametrize(
    "pieces",
    [{"en": 1.2}, {"en": 1.2, "de": 1.9}, {"en": 1.6, "de": 2.4}, {"en": 2.2, "de": 1.2}, {"en": 1.2, "zh": 20.0}],
)
def test_clear(pieces: dict[str, float]) -> None:
    """One language; words that stay whole; a model that splits both alike; a language without blanks."""
    assert look(NAME, Moment.BEFORE, data=data(languages=SHARES, language_pieces=pieces)) is None


def test_not_looked() -> None:
    """Without a tokenizer nothing is told in pieces."""
    assert "no tokenizer" in str(look(NAME, Moment.BEFORE, data=data(languages=SHARES)))


def test_many_languages() -> None:
    """A vocabulary of many languages is made for them."""
    model = replace(MODEL, vocabulary=250_002)
    pieces = {"en": 1.2, "de": 2.2}
    assert look(NAME, Moment.BEFORE, data=data(languages=SHARES, language_pieces=pieces), model=model) is None
