"""Rows that cannot be learned by heart."""

import pytest

from luthier.facts.finding import Moment, Number
from luthier.facts.saved import WeightFacts
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, seen

NAME = "one_batch_not_learned"
STANDS: dict[str, Number] = {"rows": 8, "start": 1.4, "floor": 0.0, "lowest": 1.3, "rate": 0.01, "steps": 15}


def trial(answer: str, numbers: dict[str, Number], start: str = "passed") -> TrialFacts:
    """A battery in which one batch was trained on."""
    learned = Experiment("one_batch_overfit", answer, numbers)  # type: ignore[arg-type]
    return TrialFacts({"start_loss": Experiment("start_loss", start), learned.name: learned})  # type: ignore[arg-type]


def test_stands() -> None:
    """The loss stands at what the class shares cost."""
    found = seen(NAME, Moment.BEFORE, trial=trial("failed", STANDS))

    assert (found.variant, found.severity, found.numbers["lowest"]) == ("stands", "error", 1.3)


def test_frozen() -> None:
    """Nothing requires a gradient."""
    found = seen(NAME, Moment.BEFORE, trial=trial("failed", {"trainable": 0}))

    assert (found.variant, found.confidence) == ("frozen", 1.0)


def test_clear() -> None:
    """The loss came down."""
    assert look(NAME, Moment.BEFORE, trial=trial("passed", STANDS)) is None


@pytest.mark.parametrize(
    "facts",
    [
        TrialFacts(),
        trial("not run", {}),
        trial("failed", STANDS, start="failed"),
        trial("failed", {"start": float("nan")}),
    ],
    ids=["not tried", "no time", "no loss", "not finite"],
)
def test_not_looked(facts: TrialFacts) -> None:
    """Nothing was tried, or the loss itself is of no use."""
    assert isinstance(look(NAME, Moment.BEFORE, trial=facts), str)


@pytest.mark.parametrize(("learning", "judged"), [(("head",), False), (("head", "body"), True), ((), True)])
def test_head_alone(learning: tuple[str, ...], judged: bool) -> None:
    """A head on a frozen body need not learn rows by heart."""
    weights = WeightFacts(files=(), tensors={}, head=("head",), learning=learning)
    answer = look(NAME, Moment.BEFORE, trial=trial("failed", STANDS), weights=weights)

    assert isinstance(answer, str) is not judged
