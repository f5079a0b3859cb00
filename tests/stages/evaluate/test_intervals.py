"""Intervals: their coverage, their edges, their speed."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import f1_score

from luthier.facts.evaluation import Interval
from luthier.stages.evaluate import intervals, metrics

SPAM = np.array([[0.865, 0.005], [0.010, 0.120]])
"""Shares of (gold, predicted): 1.5 % errors, one row in eight of the rare class; its macro-F1 is 0.9663."""


def drawn_rows(rows: int, seed: int, shares: np.ndarray = SPAM) -> tuple[np.ndarray, np.ndarray]:
    """Gold and predicted ids drawn from a table of shares."""
    classes = len(shares)
    cells = np.random.default_rng(seed).choice(classes * classes, rows, p=shares.ravel())
    return cells // classes, cells % classes


def test_covers_the_truth() -> None:
    """Of 300 test sets of 500 rows, the 95 % interval of macro-F1 holds the true value in 91 % or more.

    Nominal are 95 %; three standard errors of 300 sets are 3.8 points. The percentile interval gets about 93 %.
    """
    held = 0
    for seed in range(300):
        interval = intervals.counted(*drawn_rows(500, seed), 2, seed=seed)["macro_f1"]
        held += interval.low <= 0.9663 <= interval.high

    assert held >= 0.91 * 300


def test_equals_a_plain_bootstrap_of_rows() -> None:
    """Drawing counts of cells is the same as drawing rows: the quantiles agree within their own noise."""
    gold, predicted = drawn_rows(400, 3)
    random = np.random.default_rng(0)
    rows = random.integers(0, 400, (600, 400))
    plain = [f1_score(gold[one], predicted[one], average="macro") for one in rows]
    cells = intervals._cells(2, gold, predicted)
    ours = metrics.macro_f1(cells.counts(cells.resampled(1), 1))

    assert np.mean(ours) == pytest.approx(np.mean(plain), abs=0.003)
    assert np.std(ours) == pytest.approx(np.std(plain), rel=0.12)


def test_sample_without_errors_is_not_certain() -> None:
    """37 rows all right: the accuracy may still be 0.905 (Clopper-Pearson), so the interval is not a point."""
    gold = np.arange(37) % 2
    found = intervals.counted(gold, gold, 2, seed=0)

    assert found["accuracy"].high == 1.0
    assert found["accuracy"].low == pytest.approx(0.025 ** (1 / 37), abs=1e-9)
    assert found["macro_f1"].low < 0.92
    assert found["mcc"].low < 0.85


@pytest.mark.parametrize("name", ["accuracy", "macro_f1", "mcc"])
def test_contains_its_value(name: str) -> None:
    """Low, value and high are in order for very small samples too."""
    for rows in (1, 2, 3, 7):
        for seed in range(20):
            one = intervals.counted(*drawn_rows(rows, seed, np.full((3, 3), 1 / 9)), 3, seed=seed)[name]
            assert one.low <= one.value <= one.high


def test_difference_of_equal_models_holds_zero() -> None:
    """Two models with the same errors on average are told apart in no more than 5 % of 200 test sets, one way."""
    wins = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        gold = (random.random(500) < 0.125).astype(np.int64)
        first, second = (np.where(random.random(500) < 0.05, 1 - gold, gold) for _ in range(2))
        wins += intervals.counted_difference(gold, first, second, 2, metrics.macro_f1, seed=seed).low > 0

    assert wins <= 10


def test_difference_of_a_model_to_itself() -> None:
    """No row differs among 100, yet the next ones may: the interval is as wide as that."""
    gold, predicted = drawn_rows(100, 1)
    one = intervals.counted_difference(gold, predicted, predicted, 2, metrics.accuracy, seed=0)

    assert one == Interval(0.0, pytest.approx(-0.0362, abs=1e-3), pytest.approx(0.0362, abs=1e-3))


def test_pairing_narrows_the_interval() -> None:
    """Models that share most errors are compared far more sharply than their own intervals suggest."""
    gold, first = drawn_rows(1000, 5, np.array([[0.7, 0.1], [0.1, 0.1]]))
    second = first.copy()
    second[:5] = 1 - second[:5]
    paired = intervals.counted_difference(gold, first, second, 2, metrics.accuracy, seed=0)
    alone = intervals.counted(gold, first, 2, seed=0)["accuracy"]

    assert paired.high - paired.low < 0.3 * (alone.high - alone.low)


def test_same_seed_same_interval() -> None:
    """Intervals are as repeatable as everything else."""
    gold, predicted = drawn_rows(200, 2)

    assert intervals.counted(gold, predicted, 2, seed=4) == intervals.counted(gold, predicted, 2, seed=4)
    assert intervals.counted(gold, predicted, 2, seed=4) != intervals.counted(gold, predicted, 2, seed=5)


def test_calibration_interval_stays_within_bounds() -> None:
    """From 0 to 1 and around its value, for a calibrated model too."""
    random = np.random.default_rng(0)
    confidence = random.uniform(0.5, 1, 400)
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    gold = (random.random(400) > confidence).astype(np.int64)
    one = intervals.calibration(probabilities, gold, seed=0)

    assert 0 <= one.low <= one.value <= one.high <= 1
    assert one.low < 0.02


def test_not_a_number_stays_so() -> None:
    """Broken probabilities give broken scores and no warning."""
    probabilities = np.full((20, 2), np.nan)
    gold = np.arange(20) % 2

    assert np.isnan(intervals.calibration(probabilities, gold, seed=0).value)
    assert np.isnan(intervals.mean(metrics.row_log_loss(probabilities, gold), seed=0).high)


def timed(work: Callable[[], object]) -> float:
    """Processor seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def test_ten_thousand_rows_in_a_second() -> None:
    """All intervals of one model on 10,000 rows, and a paired difference; about 0.5 s on two cores."""
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.full(8, 0.2), 10_000)
    gold = np.where(random.random(10_000) < 0.9, probabilities.argmax(1), random.integers(0, 8, 10_000))
    predicted = metrics.predictions(probabilities)
    other = np.where(random.random(10_000) < 0.95, gold, 0)

    def work() -> None:
        intervals.counted(gold, predicted, 8, seed=0)
        intervals.mean(metrics.row_log_loss(probabilities, gold), seed=0)
        intervals.calibration(probabilities, gold, seed=0)
        intervals.counted_difference(gold, predicted, other, 8, metrics.macro_f1, seed=0)

    assert min(timed(work), timed(work)) < 1.5
