"""Rows that are scored by their neighbours."""

import pytest

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Moment
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, seen

NAME = "scores_depend_on_neighbours"
MASKED, BARE = (BatchCensus("classes", (), 4, columns=names) for names in (("input_ids", "attention_mask"), ("ids",)))


def trial(answer: str, order: float = 0.0, alone: float = 0.0, padding: int = 45, limit: float = 0.01) -> TrialFacts:
    """A battery in which rows were scored twice."""
    numbers = {"order": order, "alone": alone, "rows": 4, "padding": padding, "tolerance": limit}
    return TrialFacts({"batch_invariance": Experiment("batch_invariance", answer, numbers)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "census", "variant", "severity"),
    [
        (trial("failed", alone=0.09), BARE, "mask", "error"),
        (trial("failed", alone=5.2), MASKED, "padding", "warning"),
        (trial("failed", alone=5.2), None, "padding", "warning"),
        (trial("failed", alone=0.09, padding=0), BARE, "padding", "warning"),
        (trial("failed", order=0.3, alone=0.09), BARE, "order", "error"),
    ],
)
def test_seen(facts: TrialFacts, census: BatchCensus | None, variant: str, severity: str) -> None:
    """What moves the scores is named."""
    found = seen(NAME, Moment.BEFORE, trial=facts, census=census)

    assert (found.variant, found.severity) == (variant, severity)


def test_clear() -> None:
    """Rounding alone moves them."""
    assert look(NAME, Moment.BEFORE, trial=trial("passed", 1e-7, 1e-7)) is None


def test_not_looked() -> None:
    """Nobody tried, or a batch did not score the same twice."""
    assert isinstance(look(NAME, Moment.BEFORE), str)
    assert isinstance(look(NAME, Moment.BEFORE, trial=trial("not run")), str)
