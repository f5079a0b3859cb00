"""The model against a baseline on the same rows.

Both answer the same rows, so the test is paired: rows on which they agree say nothing, and an unpaired look at two
intervals would need several times the rows. Exact McNemar test (McNemar, Psychometrika 1947; Dietterich, Neural
Computation 1998, who finds its false alarms rare where tests over folds have many) on right and wrong; paired
bootstrap (Koehn, EMNLP 2004; Berg-Kirkpatrick et al., EMNLP 2012) for the size of the difference in any metric.
"""

import math

import numpy as np
from scipy.special import bdtr

from luthier.errors import PlanError
from luthier.facts.evaluation import Comparison, Interval
from luthier.stages.evaluate import intervals, metrics
from luthier.stages.evaluate.metrics import Floats, Ints

Z_INTERVAL = 1.959964
Z_POWER = 0.841621
"""Normal quantiles: 97.5 % for a 95 % interval, 80 % for the power that planned experiments usually ask for (Cohen
1988; Card et al., EMNLP 2020, show how often comparisons in language processing lack it)."""


def compare(baseline: str, metric: str, gold: Ints, model: Floats, other: Floats, *, seed: int) -> Comparison:
    """Compare two models on the same rows.

    Args:
        baseline: id of the second model.
        metric: "accuracy", "macro_f1", "mcc" or "log_loss".
        gold: class ids, shape (n,).
        model, other: probabilities of the model and of the baseline, shape (n, C).
        seed: of the resamples.

    Returns:
        The comparison; its difference is positive where the model is better, for log loss too.

    Raises:
        PlanError: the metric cannot be compared.
    """
    first, second = metrics.predictions(model), metrics.predictions(other)
    model_only = int(np.sum((first == gold) & (second != gold)))
    baseline_only = int(np.sum((first != gold) & (second == gold)))
    return Comparison(
        baseline=baseline,
        metric=metric,
        difference=_difference(metric, gold, model, other, seed),
        p_value=mcnemar(model_only, baseline_only),
        model_only=model_only,
        baseline_only=baseline_only,
    )


def mcnemar(first_only: int, second_only: int) -> float:
    """Two-sided p-value of the exact McNemar test; 1 where the two never differ.

    Args:
        first_only, second_only: rows that only the one, or only the other, has right.
    """
    rows = first_only + second_only
    return min(1.0, 2 * float(bdtr(min(first_only, rows - first_only), rows, 0.5))) if rows else 1.0


def rows_to_settle(rows: int, difference: Interval, target: float) -> int:
    """Test rows with which the interval would leave out `target` in four of five test sets.

    The standard error of a paired difference falls with the square root of the rows, and a test of 5 % has 80 % power
    where the difference lies 2.80 standard errors away. Assumes that the difference found here is the true one.

    Args:
        rows: rows of the test at hand.
        difference: its difference, with a 95 % interval.
        target: value to be left out; 0 asks whether there is a difference at all.

    Returns:
        Rows in all, not fewer than `rows`; rounded up to two digits, since the estimate is no better.
    """
    standard_error = (difference.high - difference.low) / (2 * Z_INTERVAL)
    distance = max(abs(difference.value - target), 1e-9)
    needed = max(rows * ((Z_INTERVAL + Z_POWER) * standard_error / distance) ** 2, rows)
    unit = int(10 ** max(math.floor(math.log10(needed)) - 1, 0))
    return math.ceil(needed / unit) * unit


def _difference(metric: str, gold: Ints, model: Floats, other: Floats, seed: int) -> Interval:
    if metric in metrics.COUNTED:
        first, second = metrics.predictions(model), metrics.predictions(other)
        return intervals.counted_difference(gold, first, second, model.shape[1], metrics.COUNTED[metric], seed=seed)
    if metric == "log_loss":
        return intervals.mean(metrics.row_log_loss(other, gold) - metrics.row_log_loss(model, gold), seed=seed)
    known = ", ".join((*metrics.COUNTED, "log_loss"))
    raise PlanError(
        f"models cannot be compared by {metric!r}", where="train.metric", next_step=f"choose one of {known}"
    )
