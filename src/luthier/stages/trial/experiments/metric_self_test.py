"""The metrics measure.

Passed: right predictions give the best value of every metric that has one, and wrong ones score differently.
Failed: a metric raises, calls right predictions wrong, cannot tell right from wrong, or looks at the first row alone.
It reads the wrong column, is shifted by a position, counts padding, compares ids with names, or takes each row for a
list of references.

Made on the labels of a few evaluation rows, with one row more for each class that they lack; no model takes part. Wrong
predictions are the labels with every value replaced by another; measured beside them are one prediction for all rows,
wrong ones of which only the first row is right, and, of next tokens, right ones that stand one position too late.
Source: transformers #26474, composer PR #1913 and our run (accuracy of tokens without the shift by one position is 0
for right predictions); sacrebleu #275.
"""

from collections.abc import Mapping

import numpy as np

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.raised import Raised
from luthier.stages.trial.subject import Metrics, Subject, Values
from luthier.stages.trial.tensors import IGNORED

ORDER = 90
SHARE = 0.3
BEST_IS_ONE = ("accuracy", "f1", "precision", "recall", "mcc", "matthews", "exact_match", "rouge", "bleu", "jaccard")
"""Parts of the names of metrics whose best value is 1 (or 100, where a library counts in percent)."""


def run(subject: Subject, budget: Budget) -> Experiment:
    """Score right predictions, wrong ones, constant ones, and ones that are right in places."""
    if subject.metrics is None:
        return not_run(subject.why_not("metric_self_test"))
    labels = _with_all_classes(subject.metrics.labels, subject)
    if len(np.unique(labels[labels != IGNORED])) < 2:
        return not_run("the first evaluation rows hold one label only")
    right: Mapping[str, float] = {}
    with Raised() as raised:
        right = _scored(subject.metrics, labels, labels)
        wrong = _scored(subject.metrics, _wrong(labels), labels)
        constant = _scored(subject.metrics, _constant(labels), labels)
        first = _scored(subject.metrics, _first_right(labels), labels) if len(labels) > 1 else {}
        late = _scored(subject.metrics, np.roll(labels, 1, axis=1), labels) if subject.kind == "next_token" else {}
    if raised.error is not None:
        return answered(False, f"the metrics raise {raised.says}", {"error": raised.kind, "message": raised.says})
    return _judged({"right": right, "wrong": wrong, "constant": constant, "first": first, "late": late})


def _scored(metrics: Metrics, predicted: Values, labels: Values) -> Mapping[str, float]:
    return metrics.score(metrics.perfect(predicted), labels)


def _judged(scored: Mapping[str, Mapping[str, float]]) -> Experiment:
    right, wrong, constant = scored["right"], scored["wrong"], scored["constant"]
    numbers: Numbers = {"metrics": len(right)}
    for name in right:
        numbers |= {f"{kind} {name}": values[name] for kind, values in scored.items() if name in values}
    if not right:
        return not_run("the metrics give no numbers")
    imperfect = next((name for name, value in right.items() if _imperfect(name, value)), None)
    if imperfect is not None:
        says = f"right predictions give {imperfect} = {right[imperfect]:.3g}"
        return answered(False, says, numbers | {"metric": imperfect})
    blind = next((name for name, value in right.items() if _known(name) and value == wrong[name]), None)
    if blind is None and all(right[name] in (wrong[name], constant[name]) for name in right):
        blind = next(iter(right))
    if blind is not None:
        says = f"{blind} is {right[blind]:.3g} for right predictions and for wrong ones alike"
        return answered(False, says, numbers | {"metric": blind})
    lone = next((name for name, value in right.items() if _known(name) and value == scored["first"].get(name)), None)
    if lone is not None:
        says = f"{lone} is {right[lone]:.3g} where the first row alone is right"
        return answered(False, says, numbers | {"metric": lone})
    return answered(True, f"right predictions score best ({', '.join(list(right)[:4])})", numbers)


def _known(name: str) -> bool:
    return any(word in name.lower() for word in BEST_IS_ONE)


def _imperfect(name: str, value: float) -> bool:
    return _known(name) and not (abs(value - 1) < 1e-3 or abs(value - 100) < 0.1)


def _with_all_classes(labels: Values, subject: Subject) -> Values:
    """A class without rows has no score, and averages over all classes would not be perfect."""
    if subject.kind != "classes" or labels.ndim != 1 or (labels < 0).any():
        return labels
    return np.concatenate([labels, np.setdiff1d(np.arange(subject.outputs), labels)]).astype(labels.dtype)


def _wrong(labels: Values) -> Values:
    """Every label replaced by another one that occurs."""
    values = np.unique(labels[labels != IGNORED])
    other = np.roll(values, 1)[np.searchsorted(values, labels).clip(max=len(values) - 1)]
    return np.where(labels == IGNORED, labels, other)


def _first_right(labels: Values) -> Values:
    """Wrong everywhere but in the first row."""
    return np.concatenate([labels[:1], _wrong(labels)[1:]])


def _constant(labels: Values) -> Values:
    """The most frequent label everywhere."""
    values, counts = np.unique(labels[labels != IGNORED], return_counts=True)
    return np.where(labels == IGNORED, labels, values[counts.argmax()])
