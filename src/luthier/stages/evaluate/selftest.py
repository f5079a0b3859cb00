"""Proof that the metrics measure, made on the gold labels of the very split that is scored.

Gold against gold must give the perfect score, and gold against a shuffle of itself must give what chance gives: for
each metric the mean over shuffles is known. A metric that is fed the wrong column, compares ids with names or counts
padding fails here (casebook: metrics that are silently wrong).
"""

import numpy as np

from luthier.facts.evaluation import SelfTest
from luthier.stages.evaluate import metrics
from luthier.stages.evaluate.metrics import Ints

SHUFFLES = 50
STANDARD_ERRORS = 6.0
"""How far the mean of the shuffles may lie from chance. Six leaves a false alarm practically no room."""


def self_tests(gold: Ints, classes: int, *, seed: int) -> tuple[SelfTest, ...]:
    """Test each counted metric and log loss on gold ids of shape (n,)."""
    random = np.random.default_rng(seed)
    shuffles = [random.permutation(gold) for _ in range(SHUFFLES)]
    counted = (_counted(name, gold, shuffles, classes) for name in metrics.COUNTED)
    return (*counted, _log_loss(gold, classes))


def chance(metric: str, gold: Ints, classes: int) -> float:
    """Expected score of a shuffle of the gold ids.

    A shuffle keeps the count n_c of every class, and puts n_c²/n rows of it on the right place on average. So recall,
    precision and F1 of class c all average n_c/n, accuracy averages the sum of (n_c/n)², and Matthews' coefficient 0.
    """
    share = np.bincount(gold, minlength=classes) / len(gold)
    if metric == "accuracy":
        return float((share**2).sum())
    if metric == "macro_f1":
        return float(share.sum() / np.count_nonzero(share))
    return 0.0


def _counted(name: str, gold: Ints, shuffles: list[Ints], classes: int) -> SelfTest:
    metric = metrics.COUNTED[name]
    perfect = float(metric(metrics.counts(gold, gold, classes)))
    scores = np.array([metric(metrics.counts(gold, shuffled, classes)) for shuffled in shuffles])
    margin = STANDARD_ERRORS * float(scores.std()) / np.sqrt(len(scores)) + 1 / len(gold)
    as_chance = abs(float(scores.mean()) - chance(name, gold, classes)) <= margin
    expected = 0.0 if name == "mcc" and np.count_nonzero(np.bincount(gold)) < 2 else 1.0
    passed = abs(perfect - expected) < 1e-9 and bool(as_chance)
    return SelfTest(name, perfect, float(scores.mean()), expected, passed)


def _log_loss(gold: Ints, classes: int) -> SelfTest:
    """Certain and right costs 0; knowing nothing costs ln C."""
    certain = np.eye(classes)[gold]
    perfect = float(metrics.row_log_loss(certain, gold).mean())
    ignorant = float(metrics.row_log_loss(np.full_like(certain, 1 / classes), gold).mean())
    passed = perfect < 1e-9 and abs(ignorant - np.log(classes)) < 1e-9
    return SelfTest("log_loss", perfect, ignorant, 0.0, bool(passed))
