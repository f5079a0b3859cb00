"""Scores that are counted with other ids than the loss."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.evaluation import Evaluation, Interval, Scores
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import look, noisy, plan, seen, trace

NAME = "labels_permuted"


def config(classes: int = 4, **more: Plain) -> SavedConfig:
    """A saved classifier."""
    names: dict[str, Plain] = {str(number): f"name {number}" for number in range(classes)}
    return SavedConfig("", {"architectures": ("BertForSequenceClassification",), "id2label": names, **more})


def scored(accuracy: float, loss: float | None, rows: int = 200, confusion: tuple[tuple[int, ...], ...] = ()) -> Scores:
    """An evaluation as a log tells it."""
    point = Interval(accuracy, accuracy, accuracy)
    return Scores(Evaluation("model", "validation", rows, {"accuracy": point}, loss=loss, confusion=confusion))


@pytest.mark.parametrize(
    ("accuracy", "loss", "classes", "severity"),
    [(0.05, 0.2, 2, "error"), (0.03, 0.26, 4, "error"), (0.3, 0.35, 3, "warning"), (0.45, 0.2, 4, "warning")],
)
def test_more_wrong_than_the_loss_allows(accuracy: float, loss: float, classes: int, severity: str) -> None:
    """Below chance an error, else a warning."""
    finding = seen(NAME, Moment.AFTER, validation=scored(accuracy, loss), config=config(classes))

    assert (finding.severity, finding.variant, finding.numbers["wrong"]) == (severity, "bound", 100 * (1 - accuracy))


@pytest.mark.parametrize(
    ("accuracy", "loss", "classes"),
    [(0.9, 0.3, 2), (0.5, 0.69, 2), (0.25, 1.39, 4), (0.45, 1.2, 5), (0.45, 0.45, 5), (0.6, 0.2, 2), (0.05, 3.0, 4)],
)
def test_clear(accuracy: float, loss: float, classes: int) -> None:
    """Good runs, guessing, a hard task, the same with a focal loss, a weighted loss, and a truly bad model."""
    assert look(NAME, Moment.AFTER, validation=scored(accuracy, loss), config=config(classes)) is None


def test_smoothing() -> None:
    """A smoothed loss allows more than one without."""
    low = scored(0.05, 0.5)

    assert seen(NAME, Moment.AFTER, validation=low, config=config()).numbers["allowed"] == pytest.approx(72.1, abs=0.1)
    assert look(NAME, Moment.AFTER, validation=low, config=config(), plan=plan(label_smoothing=0.3)) is None


def test_few_rows() -> None:
    """Below chance by luck is not below chance; from half of the rows on it is a warning all the same."""
    assert seen(NAME, Moment.AFTER, validation=scored(0.4, 0.2, rows=10), config=config(2)).severity == "warning"


@pytest.mark.parametrize(
    ("validation", "model"),
    [
        (scored(0.05, None), config()),
        (scored(0.05, float("nan")), config()),
        (scored(5.0, 0.2), config()),
        (scored(0.05, 0.2), None),
        (scored(0.05, 0.2), config(problem_type="multi_label_classification")),
        (scored(0.05, 0.2), config(1)),
        (scored(0.05, 0.2), SavedConfig("", {"architectures": ("BertForTokenClassification",)})),
    ],
)
def test_not_looked(validation: Scores, model: SavedConfig | None) -> None:
    """No loss, percent, several labels per row, numbers, tags."""
    assert "no accuracy and loss" in str(look(NAME, Moment.AFTER, validation=validation, config=model))


def test_table() -> None:
    """A confusion matrix that is full in the wrong cells."""
    turned, own = ((0, 9, 1), (1, 0, 9), (10, 0, 0)), ((9, 1, 0), (0, 9, 1), (0, 0, 10))
    finding = seen(NAME, Moment.AFTER, validation=scored(0.03, 0.2, confusion=turned))

    assert (finding.severity, finding.variant, finding.numbers["other"]) == ("error", "table", "1")
    assert look(NAME, Moment.AFTER, validation=scored(0.9, 0.2, confusion=own)) is None
    assert look(NAME, Moment.AFTER, validation=scored(0.3, 0.2, confusion=((0, 9, 0), (0, 9, 0), (9, 0, 0)))) is None
    assert look(NAME, Moment.AFTER, validation=scored(0.4, 0.9, confusion=((4, 6), (6, 4)))) is None


def test_during() -> None:
    """At the last evaluation; before the first there is nothing to say."""
    run = trace(noisy((1.4, 0.2), 100))
    told = replace(run, evaluations=((100, scored(0.03, 0.2).model),))

    assert seen(NAME, Moment.DURING, trace=told, config=config()).place.step == 100
    assert look(NAME, Moment.DURING, trace=run, config=config()) is None


@pytest.mark.parametrize(("accuracy", "end", "told"), [(0.05, 0.01, True), (0.05, 0.65, False), (0.45, 0.01, False)])
def test_other_ids_where_it_is_scored(accuracy: float, end: float, told: bool) -> None:
    """Sure of what it was trained on, and worse than guessing where it is scored."""
    log = trace(noisy((0.69, end), 100, 0.001))
    found = look(NAME, Moment.AFTER, validation=scored(accuracy, 4.6), config=config(2), trace=log)

    assert (getattr(found, "variant", "") == "inverted") == told
