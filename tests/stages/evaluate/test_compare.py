"""The paired comparison and the rows that a difference takes."""

import numpy as np
import pytest

from luthier.errors import PlanError
from luthier.facts.evaluation import Interval
from luthier.stages.evaluate.compare import compare, mcnemar, rows_to_settle


def certain(predicted: np.ndarray, classes: int = 2) -> np.ndarray:
    """Probabilities of a model that is sure of each prediction."""
    return np.eye(classes)[predicted] * 0.98 + 0.01


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(0, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (8, 2, 0.109375), (3, 3, 1.0), (0, 10, 0.001953125)],
)
def test_mcnemar_on_paper(first: int, second: int, p: float) -> None:
    """Twice the tail of a fair coin."""
    assert mcnemar(first, second) == pytest.approx(p)


def test_counts_rows_that_only_one_has_right() -> None:
    """Ten rows: the model alone right on three, the baseline on one."""
    gold = np.zeros(10, dtype=np.int64)
    model, other = gold.copy(), gold.copy()
    model[0] = 1
    other[1:4] = 1
    found = compare("tfidf", "accuracy", gold, certain(model), certain(other), seed=0)

    assert (found.model_only, found.baseline_only) == (3, 1)
    assert found.difference.value == pytest.approx(0.2)
    assert found.difference.low <= 0.2 <= found.difference.high


def test_log_loss_is_turned_round() -> None:
    """Less log loss is better, and a positive difference always speaks for the model."""
    gold = np.arange(40) % 2
    unsure = np.full((40, 2), 0.5)
    found = compare("majority", "log_loss", gold, certain(gold), unsure, seed=0)

    assert found.difference.low > 0.6


def test_unknown_metric_is_refused() -> None:
    """The error names the setting and what can be chosen."""
    gold = np.zeros(4, dtype=np.int64)
    with pytest.raises(PlanError, match=r"train\.metric.*\n.*macro_f1") as caught:
        compare("tfidf", "calibration_error", gold, certain(gold), certain(gold), seed=0)

    assert "calibration_error" in caught.value.what


def test_rows_to_settle_on_paper() -> None:
    """Standard error 0.01 on 500 rows, difference 0.01: (2.80)² times the rows, 3,925, rounded up to two digits."""
    interval = Interval(0.01, 0.01 - 0.0196, 0.01 + 0.0196)

    assert rows_to_settle(500, interval, 0.0) == 4000


def test_rows_to_settle_never_shrink() -> None:
    """A clear difference needs no more rows than there are."""
    assert rows_to_settle(500, Interval(0.5, 0.4, 0.6), 0.0) == 500


def test_rows_to_settle_have_the_promised_power() -> None:
    """With the rows named, four of five new test sets find the difference, on 200 simulated ones within 10 points."""
    random = np.random.default_rng(0)

    def test_set(rows: int, seed: int) -> Interval:
        gold = np.zeros(rows, dtype=np.int64)
        model = (random.random(rows) < 0.04).astype(np.int64)
        other = (random.random(rows) < 0.06).astype(np.int64)
        return compare("tfidf", "accuracy", gold, certain(model), certain(other), seed=seed).difference

    width = np.median([one.high - one.low for one in (test_set(400, seed) for seed in range(20))])
    rows = rows_to_settle(400, Interval(0.02, 0.02 - width / 2, 0.02 + width / 2), 0.0)
    power = np.mean([test_set(rows, seed).low > 0 for seed in range(200)])

    assert 0.7 <= power <= 0.9
