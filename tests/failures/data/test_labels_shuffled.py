"""Labels that say nothing about the texts."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import evaluation, look, scores, seen

NAME = "labels_shuffled"


def guess(rows: int = 100, name: str = "model", mcc: float = 0.0, log_loss: float = 0.71) -> object:
    """Scores of something that guesses on even classes."""
    return evaluation(0.5, rows, name=name, mcc=mcc, log_loss=log_loss)


def test_seen() -> None:
    """Neither the model nor the baseline does better than chance."""
    found = seen(NAME, Moment.AFTER, validation=scores(guess(mcc=0.1), guess(name="tfidf", mcc=-0.05)))  # type: ignore[arg-type]

    assert found.severity == "error"
    assert found.numbers["best"] == "tfidf"
    assert found.numbers["noise"] == pytest.approx(0.196)


@pytest.mark.parametrize(
    ("model", "baseline"),
    [
        (guess(mcc=0.2), guess(name="tfidf")),
        (guess(), guess(name="frozen", mcc=0.2)),
        (guess(), guess(name="tfidf", log_loss=0.6)),
    ],
    ids=["model above chance", "baseline above chance", "probabilities above chance"],
)
def test_clear(model: object, baseline: object) -> None:
    """One of them knows something."""
    assert look(NAME, Moment.AFTER, validation=scores(model, baseline)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "baseline"),
    [
        (guess(), guess(name="majority")),
        (guess(rows=28), guess(rows=28, name="tfidf")),
        (evaluation(0.95, mcc=0.0, supports=(95, 5)), guess(name="tfidf")),
    ],
    ids=["no baseline reads", "too few rows", "too few of other classes"],
)
def test_not_looked(model: object, baseline: object) -> None:
    """Chance and signal cannot be told apart."""
    assert isinstance(look(NAME, Moment.AFTER, validation=scores(model, baseline)), str)  # type: ignore[arg-type]
