"""Classes under a head of one output."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.census import BatchCensus, LabelColumn
from luthier.facts.evaluation import Evaluation, Interval, Scores
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, seen

NAME = "regression_by_accident"


def census(*ids: int, kind: str = "int") -> BatchCensus:
    """Batches of a data set with these ids, under one output."""
    given = LabelColumn(dict.fromkeys(ids, 20))
    return BatchCensus("number", (), 1, label_type=kind, given=given)


def config(problem: str | None = None, count: int = 1) -> SavedConfig:
    """A saved classifier."""
    names: dict[str, Plain] = {str(number): f"LABEL_{number}" for number in range(count)}
    kinds = ("BertForSequenceClassification",)
    return SavedConfig("", {"architectures": kinds, "id2label": names, "problem_type": problem})


def settings(metric: str) -> Arguments:
    """A run that picks its best checkpoint by this."""
    return Arguments("TrainingArguments", "transformers", {"metric_for_best_model": metric})


def scored(*metrics: str) -> Scores:
    """An evaluation with these scores."""
    return Scores(Evaluation("model", "validation", 100, {name: Interval(0.3, 0.3, 0.3) for name in metrics}))


@pytest.mark.parametrize(
    ("labels", "metric", "severity"),
    [
        (census(0, 1), "", "error"),
        (census(0, 1, kind="float"), "", "warning"),
        (census(0, 1, 2), "", "warning"),
        (census(0, 1, 2), "eval_accuracy", "error"),
        (census(0, 1, 2, kind="float"), "f1", "error"),
    ],
)
def test_before(labels: BatchCensus, metric: str, severity: str) -> None:
    """By how surely the labels are classes."""
    finding = seen(NAME, Moment.BEFORE, census=labels, config=config(), arguments=settings(metric))

    assert (finding.severity, finding.numbers["count"]) == (severity, len(labels.given.train if labels.given else ()))


@pytest.mark.parametrize(
    "labels",
    [
        census(1, 2, 3, 4, 5),
        census(0, 2, 4),
        census(0, 1, 2, 3, 4, 5, kind="float"),
        census(*range(21)),
        census(0),
        census(),
        replace(census(0, 1), own_loss=True),
        replace(census(0, 1), kind="classes"),
    ],
)
def test_numbers(labels: BatchCensus) -> None:
    """Ratings, counts, fractions, a loss of one's own, and heads that are not one wide."""
    assert look(NAME, Moment.BEFORE, census=labels, config=config()) is None


def test_wanted() -> None:
    """Whoever asks for a regression gets one."""
    assert look(NAME, Moment.BEFORE, census=census(0, 1), config=config("regression")) is None
    assert look(NAME, Moment.BEFORE, census=census(0, 1), config=config(), arguments=settings("eval_rmse")) is None
    assert "not known" in str(look(NAME, Moment.BEFORE, census=replace(census(0, 1), label_type=""), config=config()))


def test_rows_made_when_asked_for() -> None:
    """Then the labels of the first batches have to do."""
    batches = replace(census(), given=None, label_values=(0.0, 1.0))

    assert seen(NAME, Moment.BEFORE, census=batches, config=config()).severity == "error"
    assert look(NAME, Moment.BEFORE, census=replace(batches, label_values=(0.0, 0.5)), config=config()) is None


def test_after() -> None:
    """A score of classes, or classes with names."""
    trained = config("regression")
    by_score = seen(NAME, Moment.AFTER, config=trained, validation=scored("accuracy"))
    by_name = seen(NAME, Moment.AFTER, config=trained, data=data(classes=3))

    assert (by_score.severity, by_score.variant, by_score.numbers["metric"]) == ("error", "scores", "accuracy")
    assert (by_name.variant, by_name.numbers["names"]) == ("names", "a, b, c")


def test_after_clear() -> None:
    """Scores of numbers, rows that hold numbers, a loss of one's own, several outputs, and other models."""
    trained = config("regression")

    assert look(NAME, Moment.AFTER, config=trained, validation=scored("mse")) is None
    assert look(NAME, Moment.AFTER, config=trained, validation=scored("accuracy", "pearsonr")) is None
    assert look(NAME, Moment.AFTER, config=trained, data=replace(data(), classes=("1.0", "2.0"))) is None
    assert look(NAME, Moment.AFTER, config=config(), validation=scored("accuracy")) is None
    assert look(NAME, Moment.AFTER, config=config("regression", 3), validation=scored("accuracy")) is None
    assert "no classifier" in str(look(NAME, Moment.AFTER, config=SavedConfig("", {}), validation=scored("f1")))
