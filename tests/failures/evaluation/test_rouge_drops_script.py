"""ROUGE of texts that it cannot read."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census, pairs
from tests.failures.scored_examples import answers, scored, written

NAME = "rouge_drops_script"
ROW = RowCensus(20, 10)
CHINESE = ("今天天气很好 ⟦我们去公园⟧",)


def test_before() -> None:
    """Right predictions score 0, and the rows are Chinese."""
    found = seen(NAME, Moment.BEFORE, trial=answers(0.0, name="rougeL"), census=census(ROW, shown=CHINESE))

    assert (found.severity, found.variant, found.numbers["script"]) == ("error", "test", "Han")


def test_before_clear() -> None:
    """The metric reads them, the rows are Latin, or it is another metric."""
    rows = census(ROW, shown=CHINESE)

    assert look(NAME, Moment.BEFORE, trial=answers(100.0, name="rougeL"), census=rows) is None
    assert look(NAME, Moment.BEFORE, trial=answers(0.0, name="rougeL"), census=census(ROW, shown=("A dog.",))) is None
    assert look(NAME, Moment.BEFORE, trial=answers(0.0, name="bleu"), census=rows) is None


@pytest.mark.parametrize("script", ["Han", "Cyrillic", "Arabic"])
@pytest.mark.parametrize(
    ("values", "overlap", "confidence"),
    [((0.0, 0.0), 0.6, 0.95), ((0.0, 0.0), None, 0.85), ((0.001, 0.01), None, 0.7), ((0.4, 1.9), 0.6, 0.95)],
)
def test_after(script: str, values: tuple[float, float], overlap: float | None, confidence: float) -> None:
    """Next to nothing on either scale; surest where texts have words in common."""
    scores = scored(rouge1=values[1], rougeL=values[0])
    found = seen(NAME, Moment.AFTER, validation=scores, generations=written(overlap, script))

    assert (found.confidence, found.numbers["metric"], found.numbers["value"]) == (confidence, "rouge1", values[1])


def test_script_of_the_data() -> None:
    """Where no text was generated, rows that were given say the script."""
    assert seen(NAME, Moment.AFTER, validation=scored(rougeL=0.0), pairs=pairs(target_scripts={"Thai": 1.0}))


def test_after_clear() -> None:
    """A score, texts with nothing in common, Latin texts, or no ROUGE."""
    assert look(NAME, Moment.AFTER, validation=scored(rougeL=0.31), generations=written()) is None
    assert look(NAME, Moment.AFTER, validation=scored(rougeL=0.0), generations=written(0.02)) is None
    assert look(NAME, Moment.AFTER, validation=scored(rougeL=0.0), generations=written(0.6, "Latin")) is None
    assert look(NAME, Moment.AFTER, validation=scored(accuracy=0.0), generations=written()) is None


def test_not_looked() -> None:
    """A score of 0 and no texts."""
    assert "no texts" in str(look(NAME, Moment.AFTER, validation=scored(rougeL=0.0)))
