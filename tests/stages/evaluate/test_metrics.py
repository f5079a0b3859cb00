"""Metrics on small tables whose scores can be worked out on paper."""

import numpy as np
import pytest

from luthier.stages.evaluate import metrics

GOLD = np.array([0, 0, 0, 0, 1, 1])
PREDICTED = np.array([0, 0, 0, 1, 1, 0])


@pytest.fixture
def counted() -> metrics.Counts:
    """Class 0: 4 rows, 4 predictions, 3 right. Class 1: 2 rows, 2 predictions, 1 right."""
    return metrics.counts(GOLD, PREDICTED, 2)


def test_worked_out_on_paper(counted: metrics.Counts) -> None:
    """4 of 6 rows are right; F1 is 3/4 and 1/2; Matthews' coefficient is (24 - 20) / 16."""
    assert metrics.accuracy(counted) == pytest.approx(4 / 6)
    assert metrics.f1(counted).tolist() == pytest.approx([0.75, 0.5])
    assert metrics.macro_f1(counted) == pytest.approx(0.625)
    assert metrics.mcc(counted) == pytest.approx(0.25)


def test_confusion_has_gold_rows() -> None:
    """One row of class 0 is taken for class 1, and one the other way round."""
    assert metrics.confusion(GOLD, PREDICTED, 2).tolist() == [[3, 1], [1, 1]]


def test_class_that_occurs_nowhere_does_not_count() -> None:
    """A third class without rows and predictions leaves macro-F1 as it is."""
    assert metrics.macro_f1(metrics.counts(GOLD, PREDICTED, 3)) == pytest.approx(0.625)


def test_class_never_predicted_has_zero() -> None:
    """No division by zero, no NaN."""
    counted = metrics.counts(np.array([0, 1]), np.array([0, 0]), 2)

    assert metrics.precision(counted).tolist() == [0.5, 0.0]
    assert metrics.recall(counted).tolist() == [1.0, 0.0]
    assert metrics.mcc(counted) == 0.0


def test_log_loss_of_certain_errors_is_finite() -> None:
    """A probability of exactly 0 costs 36 nats, not infinity."""
    losses = metrics.row_log_loss(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([1, 1]))

    assert losses.tolist() == pytest.approx([36.04, np.log(2)], abs=0.01)


def test_log_loss_keeps_what_is_not_a_number() -> None:
    """A broken model is not scored as a good one."""
    assert np.isnan(metrics.row_log_loss(np.array([[np.nan, np.nan]]), np.array([0]))).all()


def test_calibration_error_on_paper() -> None:
    """Ten rows at 0.9 of which five are right are off by 0.4."""
    probabilities = np.tile([0.9, 0.1], (10, 1))
    gold = np.array([0, 1] * 5)

    assert metrics.calibration_error(probabilities, gold, bins=1) == pytest.approx(0.4)


def test_calibration_bins_have_equal_mass() -> None:
    """150 rows fall into 15 bins of 10, the least confident first."""
    confidence = np.linspace(0.5, 1.0, 150)
    bin_of, _ = metrics.calibration_gaps(np.stack([confidence, 1 - confidence], axis=1), np.zeros(150, dtype=np.int64))

    assert np.bincount(bin_of).tolist() == [10] * 15
    assert (np.diff(bin_of) >= 0).all()
