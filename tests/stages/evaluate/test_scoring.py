"""Probabilities to evaluations, and a model beside its baselines."""

import numpy as np
import pytest

from luthier.stages.evaluate.scoring import evaluate, evaluate_quickly, score
from tests.samples import guesses

CLASSES = ("a", "b", "c")
GOLD = np.arange(150) % 3


def test_every_part_is_filled() -> None:
    """Scores with intervals, per class, confusion and predicted shares agree with each other."""
    found = evaluate("model", "test", guesses(GOLD, 3, 0.8, 1), GOLD, CLASSES, seed=0)
    confusion = np.array(found.confusion)

    assert set(found.scores) == {"accuracy", "macro_f1", "mcc", "log_loss", "calibration_error"}
    assert found.rows == confusion.sum() == 150
    assert found.score("accuracy") == pytest.approx(np.trace(confusion) / 150)
    assert list(found.per_class) == list(CLASSES)
    assert found.per_class["b"].recall == pytest.approx(confusion[1, 1] / 50)
    assert found.predicted_share["c"] == pytest.approx(confusion[:, 2].sum() / 150)
    assert all(one.low < one.value < one.high for one in found.scores.values())


def test_quick_scores_are_the_same_without_intervals() -> None:
    """Validation while training gives the values that the final look gives."""
    probabilities = guesses(GOLD, 3, 0.8, 1)
    slow = evaluate("model", "validation", probabilities, GOLD, CLASSES, seed=0)
    quick = evaluate_quickly("model", "validation", probabilities, GOLD, CLASSES)

    assert (quick.name, quick.split) == ("model", "validation")
    assert {name: one.value for name, one in quick.scores.items()} == pytest.approx(
        {name: one.value for name, one in slow.scores.items()}
    )
    assert quick.confusion == slow.confusion


def test_single_precision_and_single_row() -> None:
    """What a model gives may be float32, and a split may hold one row."""
    found = evaluate("model", "test", np.array([[0.2, 0.5, 0.3]], dtype=np.float32), np.array([1]), CLASSES, seed=0)

    assert found.score("accuracy") == 1.0
    assert found.scores["accuracy"].low == pytest.approx(0.025)


@pytest.mark.parametrize("metric", ["macro_f1", "log_loss"])
def test_best_baseline_first(metric: str) -> None:
    """In the direction of the metric, comparisons in the same order."""
    own = guesses(GOLD, 3, 0.9, 1)
    baselines = {
        "majority": np.full((150, 3), 1 / 3),
        "tfidf": guesses(GOLD, 3, 0.6, 2),
        "frozen": guesses(GOLD, 3, 0.8, 3),
    }
    model = evaluate("model", "test", own, GOLD, CLASSES, seed=0)
    found = score(model, own, baselines, GOLD, CLASSES, metric=metric, seed=0)

    assert found.best_baseline is not None
    assert found.best_baseline.name == "frozen"
    assert [one.name for one in found.baselines] == [one.baseline for one in found.comparisons]
    assert all(one.metric == metric and one.difference.value > 0 for one in found.comparisons)
    assert all(one.passed for one in found.self_tests)
