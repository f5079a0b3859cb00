"""Accuracy of next tokens against the wrong tokens."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census
from tests.failures.scored_examples import answers, scored

NAME = "token_accuracy_misaligned"
CAUSAL = SavedConfig("", {"architectures": ("GPT2LMHeadModel",)})
TOKENS = census(RowCensus(20, 10))


@pytest.mark.parametrize(("late", "variant"), [(1.0, "late"), (0.4, "imperfect")])
def test_before(late: float, variant: str) -> None:
    """Right predictions are not right, and what makes them right is told."""
    found = seen(NAME, Moment.BEFORE, trial=answers(0.05, name="accuracy", late=late), census=TOKENS)

    assert (found.severity, found.variant, found.numbers["value"]) == ("error", variant, 0.05)


def test_before_clear() -> None:
    """Right ones are right, or the labels are no next tokens."""
    assert look(NAME, Moment.BEFORE, trial=answers(1.0, name="accuracy", late=0.1), census=TOKENS) is None
    classes = census(RowCensus(20, 1), kind="classes")
    assert look(NAME, Moment.BEFORE, trial=answers(0.05, name="accuracy"), census=classes) is None


@pytest.mark.parametrize(
    ("accuracy", "loss", "variant"), [(0.2, 0.3, "impossible"), (0.02, 1.8, "unlikely"), (0.3, 0.42, "impossible")]
)
def test_after(accuracy: float, loss: float, variant: str) -> None:
    """Less than the loss allows; what is only called accuracy may be one of whole answers."""
    found = seen(NAME, Moment.AFTER, validation=scored(loss=loss, mean_token_accuracy=accuracy), config=CAUSAL)

    assert (found.variant, found.severity) == (variant, "error")
    other = seen(NAME, Moment.AFTER, validation=scored(loss=loss, accuracy=accuracy), config=CAUSAL)
    assert (other.variant, other.severity) == (variant, "note")


@pytest.mark.parametrize(("accuracy", "loss"), [(0.62, 1.62), (0.93, 0.3), (0.12, 1.8), (0.01, 4.0), (0.45, 2.9)])
def test_after_clear(accuracy: float, loss: float) -> None:
    """As models are, and a loss too high to say anything."""
    assert look(NAME, Moment.AFTER, validation=scored(loss=loss, accuracy=accuracy), config=CAUSAL) is None


def test_other_models() -> None:
    """A classifier's accuracy is another thing."""
    other = SavedConfig("", {"architectures": ("BertForSequenceClassification",)})

    assert look(NAME, Moment.AFTER, validation=scored(loss=0.1, accuracy=0.1), config=other) is None


def test_not_looked() -> None:
    """Without a loss."""
    assert "no evaluation loss" in str(
        look(NAME, Moment.AFTER, validation=scored(loss=None, accuracy=0.1), config=CAUSAL)
    )
