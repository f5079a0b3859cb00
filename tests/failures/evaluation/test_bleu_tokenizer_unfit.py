"""BLEU of scripts without spaces."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census
from tests.failures.scored_examples import answers, scored, written

NAME = "bleu_tokenizer_unfit"


@pytest.mark.parametrize(("shown", "is_seen"), [("今天天气很好", True), ("วันนี้อากาศดี", True), ("Погода хорошая", False)])
def test_before(shown: str, is_seen: bool) -> None:
    """Right predictions score 0: for a script without spaces this is why, for another it is not."""
    rows = census(RowCensus(20, 10), shown=(shown,))
    answer = look(NAME, Moment.BEFORE, trial=answers(0.0, name="sacrebleu"), census=rows)

    assert (answer is not None) is is_seen


def test_after() -> None:
    """A point of a hundred, or nothing."""
    values = scored(bleu=1.2)
    found = seen(NAME, Moment.AFTER, validation=values, generations=written(0.7, "Hiragana"))

    assert (found.severity, found.confidence, found.numbers["value"]) == ("error", 0.95, 1.2)


def test_test_scores_first() -> None:
    """Scores of the test rows stand beside the texts of the test rows."""
    found = seen(NAME, Moment.AFTER, validation=scored(bleu=20.0), test=scored(bleu=0.0), generations=written())

    assert found.numbers["value"] == 0.0


def test_clear() -> None:
    """A fair score, a script with spaces, texts that have nothing in common."""
    assert look(NAME, Moment.AFTER, validation=scored(bleu=22.0), generations=written()) is None
    assert look(NAME, Moment.AFTER, validation=scored(bleu=0.0), generations=written(0.6, "Cyrillic")) is None
    assert look(NAME, Moment.AFTER, validation=scored(bleu=0.0), generations=written(0.05)) is None


def test_not_looked() -> None:
    """A score of 0 and no texts."""
    assert "no texts" in str(look(NAME, Moment.AFTER, validation=scored(bleu=0.0)))
