"""Inputs that change with the labels."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, seen

NAME = "labels_leak_into_inputs"


def trial(answer: str, moved: float = 0.0, alone: float = 0.0, permuted: float = 0.3) -> TrialFacts:
    """A battery in which labels were dealt anew."""
    numbers = {"rows": 40, "moved": moved, "moved_alone": alone, "true": 0.5, "permuted": permuted, "chance": 0.25}
    return TrialFacts({"permuted_labels": Experiment("permuted_labels", answer, numbers)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "variant"),
    [(trial("failed", moved=0.15), "told"), (trial("failed", moved=1.2, alone=1.1, permuted=0.9), "drawn")],
)
def test_seen(facts: TrialFacts, variant: str) -> None:
    """By other inputs; by a probe where inputs are drawn at random."""
    found = seen(NAME, Moment.BEFORE, trial=facts)

    assert (found.variant, found.severity) == (variant, "error")


def test_clear() -> None:
    """The inputs do not move, or move by chance alone."""
    assert look(NAME, Moment.BEFORE, trial=trial("passed")) is None
    assert look(NAME, Moment.BEFORE, trial=trial("passed", moved=1.2, alone=1.1)) is None


def test_not_looked() -> None:
    """Nobody tried, or the labels are not one class a row."""
    assert isinstance(look(NAME, Moment.BEFORE), str)
    assert isinstance(look(NAME, Moment.BEFORE, trial=trial("not run")), str)
