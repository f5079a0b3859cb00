"""Scores of exactly 0."""

import pytest

from luthier.facts.finding import Moment, Number
from luthier.facts.trace import Trace
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.scored_examples import answers, scored

NAME = "score_exactly_zero"


def run(*losses: float | None, rows: int = 200, **values: float) -> Trace:
    """A run with these evaluation losses, and these scores in each evaluation."""
    made = [(50 * n, scored(rows, loss, **values).model) for n, loss in enumerate(losses, start=1)]
    return trace(noisy(0.4, 100), evaluations=tuple(made))


@pytest.mark.parametrize("name", ["accuracy", "f1", "rougeL"])
def test_before(name: str) -> None:
    """Right predictions score 0."""
    assert seen(NAME, Moment.BEFORE, trial=answers(0.0, name=name)).severity == "error"
    assert look(NAME, Moment.BEFORE, trial=answers(0.4, name=name)) is None
    assert look(NAME, Moment.BEFORE, trial=TrialFacts()) is None


def test_classes_without_rows() -> None:
    """The first rows may hold none of a class, whose own score is 0 then."""
    numbers: dict[str, Number] = {"right f1_micro": 1.0, "right f1_rare": 0.0}
    trial = TrialFacts({"metric_self_test": Experiment("metric_self_test", "failed", numbers)})

    assert look(NAME, Moment.BEFORE, trial=trial) is None


@pytest.mark.parametrize("name", ["accuracy", "rouge1", "sacrebleu"])
def test_after(name: str) -> None:
    """Always 0, and the loss falls."""
    found = seen(NAME, Moment.AFTER, trace=run(1.4, 0.6, rows=200, **{name: 0.0}))

    assert (found.numbers["count"], found.numbers["rows"]) == (2, 200)


def test_after_clear() -> None:
    """Once, no longer, with no better loss, on few rows, or of a score that a poor model has."""
    assert look(NAME, Moment.AFTER, trace=run(0.6, accuracy=0.0)) is None
    assert look(NAME, Moment.AFTER, trace=run(1.4, 0.6, accuracy=0.01)) is None
    assert look(NAME, Moment.AFTER, trace=run(1.4, 1.4, accuracy=0.0)) is None
    assert look(NAME, Moment.AFTER, trace=run(1.4, 0.6, rows=8, accuracy=0.0)) is None
    assert look(NAME, Moment.AFTER, trace=run(1.4, 0.6, f1=0.0)) is None


def test_not_looked() -> None:
    """Without a loss."""
    assert "no evaluation loss" in str(look(NAME, Moment.AFTER, trace=run(None, None, accuracy=0.0)))
