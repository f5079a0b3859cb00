"""Targets in the ids of sources."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "target_tokenized_as_source"


def row(words: int) -> RowCensus:
    """A target of so many words and an end token."""
    return RowCensus(tokens=90, supervised=words + 1, ends=True, end_supervised=True)


@pytest.mark.parametrize(("words", "share"), [(8, 0.125), (100, 0.01), (20, 0.9)])
def test_seen(words: int, share: float) -> None:
    """One token in a row, the language code, or nearly all."""
    finding = seen(NAME, Moment.BEFORE, census=census(row(words), kind="sequence_to_sequence", source_in_target=share))

    assert finding.numbers["each"] == pytest.approx(words * share)


@pytest.mark.parametrize(("words", "share"), [(8, 0.0), (100, 0.004)])
def test_clear(words: int, share: float) -> None:
    """Nothing, or a token in every third row."""
    assert look(NAME, Moment.BEFORE, census=census(row(words), source_in_target=share)) is None


def test_not_looked() -> None:
    """Without a tokenizer, or without targets."""
    assert "no target sequences" in str(look(NAME, Moment.BEFORE, census=census(row(8))))
