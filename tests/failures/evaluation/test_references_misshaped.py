"""References of BLEU in the wrong shape."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census
from tests.failures.scored_examples import answers, scored, written

NAME = "references_misshaped"
ENGLISH = census(RowCensus(20, 10), shown=("A dog ran home.",))


def test_first_row() -> None:
    """The first row alone decides."""
    found = seen(NAME, Moment.BEFORE, trial=answers(100.0, first=100.0), census=ENGLISH)

    assert (found.severity, found.variant) == ("error", "first row")


def test_letters() -> None:
    """Right predictions have nothing in common with what is wanted; not said of scripts without spaces."""
    chinese = census(RowCensus(20, 10), shown=("今天天气很好",))

    assert seen(NAME, Moment.BEFORE, trial=answers(0.0), census=ENGLISH).variant == "letters"
    assert look(NAME, Moment.BEFORE, trial=answers(0.0), census=chinese) is None


def test_before_clear() -> None:
    """A metric that measures, or another one."""
    assert look(NAME, Moment.BEFORE, trial=answers(100.0, first=12.0), census=ENGLISH) is None
    assert look(NAME, Moment.BEFORE, trial=answers(1.0, first=1.0, name="accuracy"), census=ENGLISH) is None


@pytest.mark.parametrize(
    ("bleu", "overlap", "variant"),
    [(100.0, 0.44, "too good"), (0.0, 0.7, "too bad"), (1.2, 0.5, "too bad"), (1.0, 0.3, "too good")],
)
def test_after(bleu: float, overlap: float, variant: str) -> None:
    """The score contradicts what texts share."""
    found = seen(NAME, Moment.AFTER, validation=scored(bleu=bleu), generations=written(overlap, "Latin"))

    assert (found.variant, found.numbers["percent"]) == (variant, 100 * overlap)


@pytest.mark.parametrize(("bleu", "overlap"), [(100.0, 0.98), (0.0, 0.1), (31.0, 0.5)])
def test_after_clear(bleu: float, overlap: float) -> None:
    """They agree."""
    assert look(NAME, Moment.AFTER, validation=scored(bleu=bleu), generations=written(overlap)) is None


def test_without_texts() -> None:
    """The best value beside a loss, else nothing can be said of a score of 0."""
    assert seen(NAME, Moment.AFTER, validation=scored(bleu=100.0, loss=1.2)).confidence < 0.8
    assert look(NAME, Moment.AFTER, validation=scored(bleu=100.0, loss=0.01)) is None
    assert "no texts" in str(look(NAME, Moment.AFTER, validation=scored(bleu=0.0)))
