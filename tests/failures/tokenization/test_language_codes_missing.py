"""Codes of languages that are missing or the same."""

from luthier.facts.census import BatchCensus, RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "language_codes_missing"


def batch(source: str, target: str, read: str = "", written: str = "", codes: int = 25) -> BatchCensus:
    """Rows with a code on either side, and languages."""
    return census(
        RowCensus(tokens=40, supervised=20),
        kind="sequence_to_sequence",
        language_codes=codes,
        source_codes=(source,) if source else (),
        target_codes=(target,) if target else (),
        source_language=read,
        target_language=written,
    )


def test_none() -> None:
    """Sources have one."""
    finding = seen(NAME, Moment.BEFORE, census=batch("en_XX", ""))

    assert (finding.variant, finding.numbers["codes"], finding.numbers["total"]) == ("none", 25, 8)


def test_same() -> None:
    """On both sides, though the words are of two languages."""
    assert seen(NAME, Moment.BEFORE, census=batch("en_XX", "en_XX", "en", "de")).variant == "same"


def test_clear() -> None:
    """Two codes; a summary in the language of its source; texts of a language that nobody knows; no such model."""
    assert look(NAME, Moment.BEFORE, census=batch("en_XX", "de_DE", "en", "de")) is None
    assert look(NAME, Moment.BEFORE, census=batch("en_XX", "en_XX", "en", "en")) is None
    assert look(NAME, Moment.BEFORE, census=batch("en_XX", "en_XX", "en", "")) is None
    assert look(NAME, Moment.BEFORE, census=batch("en_XX", "", codes=0)) is None


def test_not_looked() -> None:
    """Sources without a code, as one-way models have them."""
    assert "no language code" in str(look(NAME, Moment.BEFORE, census=batch("", "de_DE")))
