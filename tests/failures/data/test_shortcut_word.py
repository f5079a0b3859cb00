"""A word that tells a class by itself."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.texts import Telling, TextFacts
from tests.failures.examples import data, look, seen

NAME = "shortcut_word"


def texts(rows: int, right: int, class_rows: int = 400) -> TextFacts:
    """Texts with such a word."""
    return TextFacts(800, telling=Telling("refund", "b", rows, right, class_rows))


def test_seen() -> None:
    """Nearly all rows of a class, and hardly any other."""
    finding = seen(NAME, Moment.BEFORE, data=data(texts=texts(402, 400)))

    assert (finding.numbers["word"], finding.numbers["others"], finding.numbers["percent"]) == ("refund", 2, 100.0)


@pytest.mark.parametrize(("rows", "right"), [(300, 300), (420, 400), (400, 359)])
def test_clear(rows: int, right: int) -> None:
    """It stands in part of the class, or elsewhere too."""
    assert look(NAME, Moment.BEFORE, data=data(texts=texts(rows, right))) is None


def test_nothing_counted() -> None:
    """No word is frequent, or nobody counted."""
    assert look(NAME, Moment.BEFORE, data=data(texts=TextFacts(800))) is None
    assert "not counted" in str(look(NAME, Moment.BEFORE, data=data()))
