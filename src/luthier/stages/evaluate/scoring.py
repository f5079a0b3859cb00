"""Probabilities and gold ids to `Evaluation`, and a model beside its baselines to `Scores`."""

from collections.abc import Mapping, Sequence

import numpy as np

from luthier.facts.evaluation import LOWER_IS_BETTER, ClassScores, Evaluation, Interval, Scores
from luthier.stages.evaluate import intervals, metrics
from luthier.stages.evaluate.compare import compare
from luthier.stages.evaluate.metrics import Floats, Ints
from luthier.stages.evaluate.selftest import self_tests


def evaluate(
    name: str, split: str, probabilities: Floats, gold: Ints, classes: Sequence[str], *, seed: int
) -> Evaluation:
    """Score one model on one split.

    Args:
        name: "model" or the id of a baseline.
        split: "train", "validation" or "test".
        probabilities: shape (n, C), n at least 1; rows sum to 1.
        gold: class ids in 0..C-1, shape (n,).
        classes: the C names in id order.
        seed: of the resamples.

    Returns:
        The scores with 95 % intervals; `logit_spread`, `loss` and `seconds` are the caller's to add.
    """
    probabilities, gold = probabilities.astype(np.float64), gold.astype(np.int64)
    predicted = metrics.predictions(probabilities)
    scores = intervals.counted(gold, predicted, len(classes), seed=seed)
    scores["log_loss"] = intervals.mean(metrics.row_log_loss(probabilities, gold), seed=seed)
    scores["calibration_error"] = intervals.calibration(probabilities, gold, seed=seed)
    return _evaluation(name, split, scores, predicted, gold, classes)


def evaluate_quickly(name: str, split: str, probabilities: Floats, gold: Ints, classes: Sequence[str]) -> Evaluation:
    """The same scores as `evaluate` without intervals, in milliseconds: for validation while training."""
    probabilities, gold = probabilities.astype(np.float64), gold.astype(np.int64)
    predicted = metrics.predictions(probabilities)
    counted = metrics.counts(gold, predicted, len(classes))
    values = {name: float(metric(counted)) for name, metric in metrics.COUNTED.items()}
    values["log_loss"] = float(metrics.row_log_loss(probabilities, gold).mean())
    values["calibration_error"] = metrics.calibration_error(probabilities, gold)
    scores = {name: Interval(value, value, value) for name, value in values.items()}
    return _evaluation(name, split, scores, predicted, gold, classes)


def score(
    model: Evaluation,
    probabilities: Floats,
    baselines: Mapping[str, Floats],
    gold: Ints,
    classes: Sequence[str],
    *,
    metric: str,
    seed: int,
) -> Scores:
    """Put a model beside its baselines on the same rows.

    Args:
        model: the model's own evaluation.
        probabilities: the model's, shape (n, C).
        baselines: id of a baseline to its probabilities, shape (n, C).
        gold: class ids, shape (n,).
        classes: names in id order.
        metric: what is compared and ordered by.
        seed: of the resamples.

    Returns:
        Scores with the baselines best first, one comparison each in the same order, and the self-tests of the metrics.
    """
    gold = gold.astype(np.int64)
    scored = [evaluate(name, model.split, theirs, gold, classes, seed=seed) for name, theirs in baselines.items()]
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    scored.sort(key=lambda one: -sign * one.score(metric))
    compared = (
        compare(one.name, metric, gold, probabilities.astype(np.float64), baselines[one.name], seed=seed)
        for one in scored
    )
    return Scores(model, tuple(scored), tuple(compared), self_tests(gold, len(classes), seed=seed))


def _evaluation(
    name: str, split: str, scores: dict[str, Interval], predicted: Ints, gold: Ints, classes: Sequence[str]
) -> Evaluation:
    counted = metrics.counts(gold, predicted, len(classes))
    columns = (metrics.precision(counted), metrics.recall(counted), metrics.f1(counted), counted.gold)
    table = zip(classes, *(column.tolist() for column in columns), strict=True)
    return Evaluation(
        name=name,
        split=split,
        rows=len(gold),
        scores=scores,
        per_class={label: ClassScores(*values) for label, *values in table},
        confusion=tuple(map(tuple, metrics.confusion(gold, predicted, len(classes)).tolist())),
        predicted_share=dict(zip(classes, (counted.predicted / len(gold)).tolist(), strict=True)),
    )
