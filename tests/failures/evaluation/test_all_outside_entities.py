"""A tagger that finds no entity."""

import pytest

from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from luthier.facts.trace import Trace
from tests.failures.examples import look, noisy, seen, trace

NAME = "all_outside_entities"
TAGGER = SavedConfig("", {"architectures": ("BertForTokenClassification",)})


def run(*scored: tuple[float, float], prefix: str = "", total: int = 100) -> Trace:
    """A run with (token accuracy, entity scores) after each fifty steps."""
    evaluations = tuple(
        (
            50 * number,
            Evaluation(
                "model",
                "validation",
                0,
                {
                    f"{prefix}{name}" if name != "accuracy" else name: Interval(one, one, one)
                    for name, one in {"accuracy": accuracy, "precision": f1, "recall": f1, "f1": f1}.items()
                },
            ),
        )
        for number, (accuracy, f1) in enumerate(scored, start=1)
    )
    return trace(noisy(0.5, 100), total=total, evaluations=evaluations)


@pytest.mark.parametrize("prefix", ["", "overall_"])
@pytest.mark.parametrize(("first", "confidence"), [((0.83, 0.0), 0.95), ((0.8, 0.0), 0.75), ((0.83, 0.2), 0.75)])
def test_seen(prefix: str, first: tuple[float, float], confidence: float) -> None:
    """No entity at the end; surer where no token has got another tag since the evaluation before."""
    found = seen(NAME, Moment.AFTER, config=TAGGER, trace=run(first, (0.83, 0.0), prefix=prefix))

    assert (found.severity, found.confidence, found.numbers["step"]) == ("error", confidence, 100)


def test_during() -> None:
    """A warning, and not before half of the run is over."""
    assert seen(NAME, Moment.DURING, config=TAGGER, trace=run((0.83, 0.0))).severity == "warning"
    assert look(NAME, Moment.DURING, config=TAGGER, trace=run((0.83, 0.0), total=101)) is None
    assert look(NAME, Moment.DURING, config=TAGGER, trace=trace(noisy(0.5, 100))) is None


def test_clear() -> None:
    """Entities are found, few tokens are right either, or the model is no tagger."""
    assert look(NAME, Moment.AFTER, config=TAGGER, trace=run((0.83, 0.0), (0.84, 0.01))) is None
    assert look(NAME, Moment.AFTER, config=TAGGER, trace=run((0.3, 0.0))) is None
    other = SavedConfig("", {"architectures": ("BertForSequenceClassification",)})
    assert look(NAME, Moment.AFTER, config=other, trace=run((0.83, 0.0))) is None


def test_not_looked() -> None:
    """A log without scores of entities."""
    assert "no precision" in str(look(NAME, Moment.AFTER, config=TAGGER, trace=trace(noisy(0.5, 100))))
