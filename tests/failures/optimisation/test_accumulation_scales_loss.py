"""Losses that are added up."""

import numpy as np
import pytest

from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Moment, Number
from luthier.facts.saved import SavedConfig
from luthier.facts.trace import Trace
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, noisy, plan, seen, trace

NAME = "accumulation_scales_loss"
TWO = SavedConfig("", {"architectures": ("BertForSequenceClassification",)})


def tried(**numbers: Number) -> TrialFacts:
    """A battery that compared gradients."""
    values: dict[str, Number] = {"pieces": 4, "accumulation": 4, "ratio": 1.0, "difference": 0.0, **numbers}
    return TrialFacts({"accumulation": Experiment("accumulation", "failed", values)})


def run(scale: float, scored: tuple[float, ...] = (1.0, 0.8, 0.6, 0.5), end: float = 0.5) -> Trace:
    """A run of 200 steps whose logged loss is so many times the loss of its evaluations."""
    evaluations = tuple(
        (50 * (number + 1), Evaluation("model", "validation", 100, {}, loss=loss)) for number, loss in enumerate(scored)
    )
    return trace(scale * noisy((1.2, end), 200), evaluations=evaluations)


@pytest.mark.parametrize(
    ("numbers", "variant"),
    [({"ratio": 4.0, "difference": 3.0}, "tried"), ({"ratio": 1.1, "difference": 0.4}, "weighed")],
)
def test_tried(numbers: dict[str, Number], variant: str) -> None:
    """Larger, or merely another one."""
    assert seen(NAME, Moment.BEFORE, trial=tried(**numbers), plan=plan(accumulation=4)).variant == variant


def test_tried_and_clear() -> None:
    """Equal up to rounding, or never accumulated."""
    assert look(NAME, Moment.BEFORE, trial=tried(difference=0.06), plan=plan(accumulation=4)) is None
    assert look(NAME, Moment.BEFORE, trial=tried(ratio=4.0), plan=plan()) is None
    assert "not tried" in str(look(NAME, Moment.BEFORE, trial=TrialFacts(), plan=plan(accumulation=4)))


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
@pytest.mark.parametrize(("accumulation", "confidence"), [(2, 0.7), (4, 0.9), (16, 0.9)])
def test_logged(moment: Moment, accumulation: int, confidence: float) -> None:
    """Training losses that are a multiple of those of the evaluations."""
    found = seen(NAME, moment, trace=run(accumulation), plan=plan(accumulation=accumulation))

    assert (found.variant, found.confidence) == ("logged", confidence)
    assert float(found.numbers["ratio"]) == pytest.approx(accumulation, rel=0.25)


@pytest.mark.parametrize(
    ("log", "accumulation"),
    [
        (run(1.0), 4),
        (run(4.0), 1),
        (run(2.0), 4),
        (run(1.0, (0.7, 0.4, 0.3, 0.3)), 2),
        (run(2.0, (0.4, 1.1, 1.1, 1.1)), 2),
    ],
)
def test_logged_and_clear(log: Trace, accumulation: int) -> None:
    """Equal losses; another multiple; nothing accumulated; a training loss that is merely higher."""
    assert look(NAME, Moment.AFTER, trace=log, plan=plan(accumulation=accumulation)) is None


def test_broken_losses() -> None:
    """Losses that are not numbers are another failure."""
    assert look(NAME, Moment.AFTER, trace=run(np.nan), plan=plan(accumulation=4)) is None


def test_not_looked() -> None:
    """Too few evaluations to compare."""
    assert "two evaluations" in str(look(NAME, Moment.AFTER, trace=run(4.0, (1.0,)), plan=plan(accumulation=4)))
    assert look(NAME, Moment.DURING, trace=run(4.0, ()), plan=plan(accumulation=4)) is None


@pytest.mark.parametrize(("first", "told"), [(2.73, True), (0.69, False), (4.0, False)])
def test_first_loss(first: float, told: bool) -> None:
    """A new head begins at the logarithm of its classes, and four batches a step at four times that."""
    log = trace(noisy((first, 0.1), 100, 0.001))
    found = look(NAME, Moment.AFTER, trace=log, plan=plan(accumulation=4), config=TWO)

    assert (getattr(found, "variant", "") == "first") == told
    assert not told or found.numbers["ratio"] == pytest.approx(3.9, abs=0.1)  # type: ignore[union-attr]
