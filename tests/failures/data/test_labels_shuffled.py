"""Labels that say nothing about the texts."""

import pytest

from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.finding import Moment
from tests.failures.examples import data, evaluation, look, scores, seen

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


def foreign(accuracy: float, loss: float, rows: int = 100) -> Evaluation:
    """Scores as Trainer logs them."""
    value = Interval(accuracy, accuracy, accuracy)
    return Evaluation("model", "validation", rows, {"accuracy": value}, loss=loss)


@pytest.mark.parametrize(
    ("model", "rows", "told"),
    [(foreign(0.5, 0.7), 800, True), (foreign(0.7, 0.7), 800, False), (foreign(0.5, 0.5), 800, False)],
    ids=["guesses", "better", "surer"],
)
def test_of_another_tool(model: Evaluation, rows: int, told: bool) -> None:
    """By accuracy and loss, beside a baseline on the rows given."""
    scored = scores(model, guess(name="tfidf"))  # type: ignore[arg-type]
    found = look(NAME, Moment.AFTER, validation=scored, data=data(rows))

    assert (getattr(found, "variant", "") == "foreign") == told


def test_of_another_tool_not_looked() -> None:
    """Few rows to fit a baseline on, or other rows than those that were scored."""
    known = scores(foreign(0.5, 0.7), guess(name="tfidf"))  # type: ignore[arg-type]
    other = scores(foreign(0.5, 0.7, rows=80), guess(name="tfidf"))  # type: ignore[arg-type]

    assert "too few" in str(look(NAME, Moment.AFTER, validation=known, data=data(120)))
    assert "as many rows" in str(look(NAME, Moment.AFTER, validation=other, data=data(800)))
