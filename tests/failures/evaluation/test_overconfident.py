"""Models that are surer than they are right."""

import math

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Finding, Moment
from luthier.facts.saved import SavedConfig
from luthier.facts.trace import Trace
from luthier.failures.evaluation.overconfident import honest
from tests.failures.examples import look, noisy, plan, seen, trace
from tests.failures.scored_examples import scored

NAME = "overconfident"
FOUR = SavedConfig("", {"architectures": ("BertForSequenceClassification",), "id2label": dict.fromkeys("0123", "a")})


def run(
    loss: float = 0.8, accuracy: float = 0.92, *, train: float = 0.01, first: float = 0.9, rows: int = 240
) -> Trace:
    """A run with two evaluations."""
    evaluations = ((50, scored(rows, 0.6, accuracy=first).model), (100, scored(rows, loss, accuracy=accuracy).model))
    return trace(noisy([1.0, train], 100, 0.0), evaluations=evaluations)


def test_honest() -> None:
    """Guessing among four has the loss ln 4, certainty has none."""
    assert honest(0.25, 4) == pytest.approx(math.log(4))
    assert honest(0.5, 2) == pytest.approx(math.log(2))
    assert honest(1 - 1e-9, 4) == pytest.approx(0, abs=1e-6)


def test_seen() -> None:
    """Twice the loss of honest probabilities, and certainty on training rows."""
    found = seen(NAME, Moment.AFTER, trace=run(train=-1.0), config=FOUR)

    assert found.severity == "warning"
    assert found.numbers["allowed"] == pytest.approx(0.3667, abs=1e-3)


@pytest.mark.parametrize(
    "log",
    [
        run(0.7, train=-1.0),
        run(0.8, train=0.6),
        run(0.8, first=0.93, train=-1.0),
        run(0.8, rows=100, train=-1.0),
    ],
    ids=["honest", "unsure", "overfitting", "few rows"],
)
def test_clear(log: Trace) -> None:
    """A fair loss, a model that is unsure of training rows too, accuracy that has fallen, few wrong rows."""
    assert look(NAME, Moment.AFTER, trace=log, config=FOUR) is None


@pytest.mark.parametrize(("best", "told"), [(50, False), (100, True), (None, True)])
def test_weights_put_back(best: int | None, told: bool) -> None:
    """Those of an earlier evaluation are not the ones that were measured last."""
    kept = Arguments("TrainingArguments", "transformers", {"load_best_model_at_end": True})
    parts = {"arguments": kept, "checkpoints": CheckpointFacts((), best_step=best)}

    answer = look(NAME, Moment.AFTER, trace=run(train=-1.0), config=FOUR, **parts)

    assert isinstance(answer, Finding) is told


def test_not_looked() -> None:
    """No accuracy, label smoothing, no evaluations; other models are not concerned."""
    tagger = SavedConfig("", {"architectures": ("BertForTokenClassification",)})

    assert look(NAME, Moment.AFTER, trace=run(), config=tagger) is None
    assert "no accuracy" in str(look(NAME, Moment.AFTER, trace=run(math.nan), config=FOUR))
    smoothed = plan(label_smoothing=0.1)
    assert "smoothing" in str(look(NAME, Moment.AFTER, trace=run(), config=FOUR, plan=smoothed))
    assert "no evaluation" in str(look(NAME, Moment.AFTER, trace=trace(noisy(0.4, 100)), config=FOUR))
