"""Generated texts that go round."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.generations import GenerationFacts
from tests.failures.examples import look, seen

NAME = "repeats_one_token"


@pytest.mark.parametrize("count", [50, 100])
def test_seen(count: int) -> None:
    """Half of the texts or more, with little confidence: the cause is not known."""
    found = seen(NAME, Moment.AFTER, generations=GenerationFacts("predictions.jsonl", 100, repeating=count))

    assert (found.severity, found.numbers["count"], found.place.name) == ("error", count, "predictions.jsonl")
    assert found.confidence < 0.8


def test_clear() -> None:
    """Some do in healthy runs, too."""
    assert look(NAME, Moment.AFTER, generations=GenerationFacts("predictions.jsonl", 100, repeating=49)) is None


def test_not_looked() -> None:
    """A handful of samples is no share."""
    assert "fewer than 10" in str(look(NAME, Moment.AFTER, generations=GenerationFacts("outputs.txt", 9, repeating=9)))
