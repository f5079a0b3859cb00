"""Scores that are drawn."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, seen

NAME = "dropout_left_on"
EQUAL = Experiment("repeated_evaluation", "passed", {"difference": 0.0, "rows": 8})
DRAWN = Experiment("repeated_evaluation", "failed", {"difference": 1.7, "rows": 8})


def path(mode: int) -> Experiment:
    """An evaluation that ran in a mode."""
    return Experiment("evaluation_path", "failed" if mode else "passed", {"training_mode": mode, "values": 2})


def trial(*experiments: Experiment) -> TrialFacts:
    """A battery of these."""
    return TrialFacts({one.name: one for one in experiments})


def test_drawn() -> None:
    """Two evaluations differ."""
    found = seen(NAME, Moment.BEFORE, trial=trial(DRAWN, path(0)))

    assert (found.variant, found.severity, found.numbers["difference"]) == ("drawn", "error", 1.7)


def test_training_mode() -> None:
    """The run's own evaluation forgets eval()."""
    assert seen(NAME, Moment.BEFORE, trial=trial(EQUAL, path(1))).variant == "mode"


@pytest.mark.parametrize("experiments", [(EQUAL,), (EQUAL, path(0))])
def test_clear(experiments: tuple[Experiment, ...]) -> None:
    """Equal scores in evaluation mode."""
    assert look(NAME, Moment.BEFORE, trial=trial(*experiments)) is None


def test_not_looked() -> None:
    """Nobody tried, or nothing could be scored twice."""
    assert isinstance(look(NAME, Moment.BEFORE), str)
    assert isinstance(look(NAME, Moment.BEFORE, trial=trial(Experiment("repeated_evaluation", "not run"))), str)
