"""Languages of which a tokenizer knows letters alone."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Moment
from tests.failures.examples import MODEL, data, lengths, look, seen
from tests.failures.pair_examples import census

NAME = "language_not_covered"
ROW = RowCensus(tokens=40, supervised=1)


def text(pieces: float, script: str, language: str = "", unknown: float = 0.0) -> DataFacts:
    """Rows in a script, and in a language where it is known."""
    measured = replace(lengths(unknown=unknown), pieces_per_character=pieces)
    return data(
        lengths={"train": measured}, scripts={script: 0.9, "Greek": 0.1}, languages={language: 0.9} if language else {}
    )


@pytest.mark.parametrize(
    ("pieces", "script", "language", "severity"),
    [
        (0.72, "Devanagari", "hi", "warning"),
        (0.98, "Cyrillic", "", "warning"),
        (1.97, "Hangul", "ko", "warning"),
        (0.43, "Latin", "tr", "note"),
    ],
)
def test_seen(pieces: float, script: str, language: str, severity: str) -> None:
    """By script, and in Latin letters by language."""
    found = seen(NAME, Moment.BEFORE, data=text(pieces, script, language))

    assert (found.severity, found.numbers["pieces"]) == (severity, pieces)


@pytest.mark.parametrize(
    ("pieces", "script", "language"),
    [(0.28, "Cyrillic", "ru"), (1.0, "Han", "zh"), (0.5, "Latin", "en"), (0.5, "Latin", ""), (0.3, "Latin", "de")],
)
def test_clear(pieces: float, script: str, language: str) -> None:
    """Covered; one token a sign in Chinese; English full of numbers; a language that nobody knows."""
    assert look(NAME, Moment.BEFORE, data=text(pieces, script, language)) is None


def test_models_of_bytes() -> None:
    """They have no words, and were made without."""
    bytewise = replace(MODEL, vocabulary=384)

    assert look(NAME, Moment.BEFORE, data=text(2.0, "Cyrillic"), model=bytewise) is None
    assert seen(NAME, Moment.BEFORE, data=text(2.0, "Cyrillic"), model=MODEL)


def test_unknown_tokens_are_another_failure() -> None:
    """They shorten texts."""
    assert look(NAME, Moment.BEFORE, data=text(0.9, "Cyrillic", unknown=0.02)) is None


def test_batches() -> None:
    """Without a file the batches are looked at; without text nothing."""
    read = census(ROW, pieces_per_character=1.0, scripts={"Cyrillic": 1.0})

    assert seen(NAME, Moment.BEFORE, census=read).numbers["script"] == "Cyrillic"
    assert look(NAME, Moment.BEFORE, census=replace(read, scripts={"Han": 1.0})) is None
    assert "no text" in str(look(NAME, Moment.BEFORE, census=census(ROW)))
