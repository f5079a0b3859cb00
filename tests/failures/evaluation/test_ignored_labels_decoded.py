"""Evaluations that decode -100."""

import pytest

from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, seen

NAME = "ignored_labels_decoded"
SAID = "OverflowError: out of range integral type conversion attempted"


def raised(experiment: str, message: str) -> TrialFacts:
    """An experiment in which this was raised."""
    numbers = {"error": message.partition(":")[0], "message": message}
    return TrialFacts({experiment: Experiment(experiment, "failed", dict(numbers))})


@pytest.mark.parametrize("experiment", ["evaluation_path", "metric_self_test"])
@pytest.mark.parametrize("message", [SAID, "OverflowError: number too small to fit in target type"])
def test_before(experiment: str, message: str) -> None:
    """Raised by the evaluation or by the metrics alone."""
    found = seen(NAME, Moment.BEFORE, trial=raised(experiment, message))

    assert (found.severity, found.numbers["error"]) == ("error", "OverflowError")
    assert not str(found.numbers["message"]).startswith("OverflowError")


def test_before_clear() -> None:
    """Other errors, or none."""
    assert look(NAME, Moment.BEFORE, trial=raised("evaluation_path", "KeyError: 'f1'")) is None
    assert look(NAME, Moment.BEFORE, trial=TrialFacts()) is None


def test_after() -> None:
    """Printed, with its line."""
    line = Line("train.log", 1234, SAID)
    found = seen(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 2000, {"ignored_label_decoded": (line,)}))

    assert (found.numbers["file"], found.numbers["line"]) == ("train.log", 1234)
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 2000)) is None
