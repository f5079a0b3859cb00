"""Metrics of classification, written on counts so that a bootstrap can call them on thousands of resamples at once.

Accuracy, F1 and Matthews' coefficient need nothing of the rows but three counts per class. `Counts` holds these with
any leading dimensions, and each metric reduces the last one. Log loss and calibration error are means over rows.

Sources: macro-F1 is the mean of the classes' F1 (Opitz & Burst, arXiv 1911.03347), taken over the classes that occur in
gold or predictions, as scikit-learn does; Matthews' coefficient for many classes is Gorodkin's R_K (2004); calibration
error is ECE with 15 bins (Guo et al., ICML 2017) of equal mass, which has less bias than bins of equal width (Nguyen &
O'Connor, EMNLP 2015; Roelofs et al., AISTATS 2022).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CALIBRATION_BINS = 15


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows per class, shape (..., C) each.

    Attributes:
        right: rows of the class that were predicted as it.
        gold: rows of the class.
        predicted: rows predicted as the class.
    """

    right: npt.NDArray[Any]
    gold: npt.NDArray[Any]
    predicted: npt.NDArray[Any]


def counts(gold: Ints, predicted: Ints, classes: int) -> Counts:
    """Count gold ids and predicted ids, shape (n,) each, with values in 0..classes-1."""
    return Counts(
        right=np.bincount(gold[gold == predicted], minlength=classes),
        gold=np.bincount(gold, minlength=classes),
        predicted=np.bincount(predicted, minlength=classes),
    )


def confusion(gold: Ints, predicted: Ints, classes: int) -> Ints:
    """Rows by gold class (first axis) and predicted class (second axis), shape (C, C)."""
    cells: Ints = np.bincount(gold * classes + predicted, minlength=classes * classes)
    return cells.reshape(classes, classes)


def predictions(probabilities: Floats) -> Ints:
    """Most probable class of each row, shape (n,); the first one where several are equal."""
    chosen: Ints = probabilities.argmax(axis=1)
    return chosen


def accuracy(c: Counts) -> Floats:
    """Share of rows that are right, 0 to 1, shape (...)."""
    return _ratio(c.right.sum(-1), c.gold.sum(-1))


def precision(c: Counts) -> Floats:
    """Share of the rows predicted as a class that belong to it, shape (..., C); 0 for a class never predicted."""
    return _ratio(c.right, c.predicted)


def recall(c: Counts) -> Floats:
    """Share of the rows of a class that were predicted as it, shape (..., C); 0 for a class without rows."""
    return _ratio(c.right, c.gold)


def f1(c: Counts) -> Floats:
    """Harmonic mean of precision and recall, shape (..., C); 0 for a class that occurs nowhere."""
    return _ratio(2 * c.right, c.gold + c.predicted)


def macro_f1(c: Counts) -> Floats:
    """Mean F1 of the classes that occur in gold or predictions, 0 to 1, shape (...)."""
    return _ratio(f1(c).sum(-1), (c.gold + c.predicted > 0).sum(-1))


def mcc(c: Counts) -> Floats:
    """Matthews' correlation coefficient, -1 to 1, shape (...); 0 where gold or predictions hold one class only."""
    rows = c.gold.sum(-1, dtype=np.float64)
    gold, predicted = c.gold.astype(np.float64), c.predicted.astype(np.float64)
    covariance = c.right.sum(-1) * rows - (gold * predicted).sum(-1)
    spread = (rows**2 - (gold**2).sum(-1)) * (rows**2 - (predicted**2).sum(-1))
    return _ratio(covariance, np.sqrt(spread))


COUNTED: dict[str, Callable[[Counts], Floats]] = {"accuracy": accuracy, "macro_f1": macro_f1, "mcc": mcc}


def row_log_loss(probabilities: Floats, gold: Ints) -> Floats:
    """Negative log probability of the gold class in nats, shape (n,).

    Probabilities are kept at least one machine epsilon from 0, as scikit-learn does, so that one certain error does
    not make the mean infinite. A probability that is not a number stays so.
    """
    chosen = probabilities[np.arange(len(gold)), gold].astype(np.float64)
    losses: Floats = -np.log(np.clip(chosen, np.finfo(np.float64).eps, 1.0))
    return losses


def calibration_gaps(probabilities: Floats, gold: Ints, bins: int = CALIBRATION_BINS) -> tuple[Ints, Floats]:
    """What calibration error is made of: the bin of each row, and its confidence minus 1 if right, else minus 0.

    Rows are ordered by the probability of their predicted class and cut into `bins` parts of equal size; rows of equal
    confidence may fall on both sides of a cut.
    """
    confidence = probabilities.max(axis=1)
    order = np.argsort(confidence, kind="stable")
    bin_of = np.empty(len(gold), dtype=np.int64)
    bin_of[order] = np.arange(len(gold)) * min(bins, len(gold)) // max(len(gold), 1)
    return bin_of, confidence - (predictions(probabilities) == gold)


def calibration_error(probabilities: Floats, gold: Ints, bins: int = CALIBRATION_BINS) -> float:
    """Mean over rows of the gap between confidence and accuracy within their bin, 0 to 1."""
    bin_of, gaps = calibration_gaps(probabilities, gold, bins)
    return float(np.abs(np.bincount(bin_of, weights=gaps)).sum() / len(gold))


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Floats:
    """Quotient that is 0 where the divisor is 0."""
    above, below = np.broadcast_arrays(np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64))
    quotient: Floats = np.divide(above, below, out=np.zeros(above.shape), where=below != 0)
    return quotient
