"""Metrics that measure, and others."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from luthier.stages.trial.subject import Metrics
from tests.stages.trial.subjects import CLASSES, accuracy, ask, perfect, subject

LABELS = np.array([0, 1, 0, 1, 1, 0])


def asked(score: Callable[[Any, Any], dict[str, float]], labels: Any = LABELS) -> Any:
    """The answer for a metric."""
    return ask("metric_self_test", subject(metrics=Metrics(labels, perfect, score)))


def test_healthy() -> None:
    """Right predictions score 1, wrong ones 0."""
    one = asked(accuracy)

    assert one.answer == "passed"
    assert one.numbers["right accuracy"] == 1.0
    assert one.numbers["wrong accuracy"] == 0.0


@pytest.mark.parametrize(
    "score",
    [
        lambda predictions, labels: {"accuracy": float((predictions.argmax(0)[0] == labels).mean())},
        lambda predictions, labels: {"token_accuracy": float((predictions.argmax(-1)[:-1] == labels[1:]).mean())},
        lambda predictions, labels: {"f1": float((predictions.argmax(-1).astype(str) == labels).mean())},
    ],
    ids=["wrong axis", "shifted", "names against ids"],
)
def test_right_is_called_wrong(score: Callable[[Any, Any], dict[str, float]]) -> None:
    """A metric that misreads its input gives right predictions less than 1."""
    one = asked(score)

    assert one.answer == "failed"
    assert "right predictions give" in one.says


def test_blind() -> None:
    """A metric that compares labels with themselves is perfect for anything."""
    one = asked(lambda predictions, labels: {"accuracy": float((labels == labels).mean())})

    assert one.answer == "failed"
    assert "alike" in one.says


def test_first_row_alone() -> None:
    """A metric that takes rows for references compares the first row and no other."""

    def first(predictions: Any, labels: Any) -> dict[str, float]:
        return {"bleu": 100.0 * float(predictions.argmax(-1)[0] == labels[0])}

    one = asked(first, np.array([1, 0, 0, 1, 0, 0]))

    assert one.answer == "failed"
    assert one.says == "bleu is 100 where the first row alone is right"
    assert one.numbers["first bleu"] == one.numbers["right bleu"] == 100.0


def test_one_row() -> None:
    """Where there is only a first row, nothing is said of others."""
    tried = subject(kind="tags", metrics=Metrics(np.array([[0, 1, 1]]), perfect, accuracy))

    assert ask("metric_self_test", tried).answer == "passed"


def test_one_position_late() -> None:
    """Of next tokens it is also measured what right predictions give that stand one position too late."""
    labels = np.arange(12).reshape(2, 6) % CLASSES
    tried = subject(kind="next_token", metrics=Metrics(labels, perfect, accuracy))

    assert ask("metric_self_test", tried).numbers["late accuracy"] == 0.0


def test_it_raises() -> None:
    """The error is the answer."""
    one = asked(lambda predictions, labels: {"accuracy": predictions["logits"]})

    assert one.answer == "failed"
    assert one.numbers["error"] == "IndexError"


def test_averages_over_all_classes() -> None:
    """A class that the rows lack is added, so that an average over all classes can be perfect."""

    def macro(predictions: Any, labels: Any) -> dict[str, float]:
        right = [((predictions.argmax(-1) == c) & (labels == c)).any() for c in range(CLASSES)]
        return {"macro_f1": float(np.mean(right))}

    assert asked(macro).answer == "passed"


def test_recall_of_one_class() -> None:
    """One prediction for all rows may have the best recall; that alone is no fault."""

    def recall(predictions: Any, labels: Any) -> dict[str, float]:
        return {"recall": float((predictions.argmax(-1)[labels == 1] == 1).mean()), **accuracy(predictions, labels)}

    assert asked(recall, np.array([1, 1, 1, 0, 2])).answer == "passed"


def test_loss_has_no_known_best() -> None:
    """Of a metric with another name only the difference counts."""
    assert asked(lambda p, labels: {"cost": float((p.argmax(-1) != labels).sum())}).answer == "passed"


def test_one_label() -> None:
    """Rows of one label cannot tell right from wrong."""
    tried = subject(kind="tags", metrics=Metrics(np.zeros(4, dtype=np.int64), perfect, accuracy))

    assert ask("metric_self_test", tried).answer == "not run"
