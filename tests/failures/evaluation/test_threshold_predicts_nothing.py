"""Labels below the threshold."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from luthier.facts.trace import Trace
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.scored_examples import scored

NAME = "threshold_predicts_nothing"
MANY = SavedConfig("", {"problem_type": "multi_label_classification"})


def run(*losses: float, total: int = 100, **values: float) -> Trace:
    """A run with these evaluation losses, and these scores in each evaluation."""
    evaluations = [(50 * number, scored(200, loss, **values).model) for number, loss in enumerate(losses, start=1)]
    return trace(noisy(0.4, 100), total=total, evaluations=tuple(evaluations))


@pytest.mark.parametrize(
    ("values", "confidence"), [({"f1_micro": 0.0, "roc_auc": 0.8}, 0.95), ({"f1": 0.01, "recall": 0.01}, 0.7)]
)
def test_seen(values: dict[str, float], confidence: float) -> None:
    """No label is predicted, and the ranking or the loss say that the model has learned."""
    found = seen(NAME, Moment.AFTER, config=MANY, trace=run(0.4, 0.2, total=100, **values))

    assert (found.severity, found.confidence, found.numbers["step"]) == ("error", confidence, 100)


def test_during() -> None:
    """A warning, from the middle of the run on."""
    values = {"f1": 0.0, "roc_auc": 0.8}

    assert seen(NAME, Moment.DURING, config=MANY, trace=run(0.4, 0.2, total=100, **values)).severity == "warning"
    assert look(NAME, Moment.DURING, config=MANY, trace=run(0.4, total=200, **values)) is None


def test_clear() -> None:
    """Labels are predicted, nothing is ranked or learned, or each row has one class."""
    assert look(NAME, Moment.AFTER, config=MANY, trace=run(0.4, 0.2, f1=0.5, roc_auc=0.8)) is None
    assert look(NAME, Moment.AFTER, config=MANY, trace=run(0.4, 0.2, f1=0.0, roc_auc=0.51)) is None
    assert look(NAME, Moment.AFTER, config=MANY, trace=run(0.4, 0.39, f1=0.0)) is None
    assert look(NAME, Moment.AFTER, config=SavedConfig("", {}), trace=run(0.4, 0.2, f1=0.0, roc_auc=0.8)) is None


def test_not_looked() -> None:
    """A log without evaluations."""
    assert "no evaluation" in str(look(NAME, Moment.AFTER, config=MANY, trace=trace(noisy(0.4, 100))))
