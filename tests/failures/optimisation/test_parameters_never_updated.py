"""Weights that stand still."""

import pytest

from luthier.facts.finding import Moment, Number
from luthier.facts.saved import WeightFacts
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, plan, seen

NAME = "parameters_never_updated"


def trial(reach: dict[str, Number], move: dict[str, Number], start: str = "passed") -> TrialFacts:
    """A battery in which gradient and weights were looked at."""
    return TrialFacts(
        {
            "start_loss": Experiment("start_loss", start),  # type: ignore[arg-type]
            "gradient_reach": Experiment(
                "gradient_reach", "failed" if reach.get("missed") else "passed", {"wanted": 40, "missed": 0, **reach}
            ),
            "weights_move": Experiment(
                "weights_move",
                "failed" if move else "passed",
                {"tensors": 40, "identical": 0, "outside": 0, "steps": 3, "lost": 0.0, "type": "float32", **move},
            ),
        }
    )


OUTSIDE: dict[str, Number] = {"identical": 2, "outside": 2, "first_identical": "classifier.weight"}


def test_outside_the_optimiser() -> None:
    """A head in no group is an error, however small."""
    found = seen(NAME, Moment.BEFORE, trial=trial({}, OUTSIDE))

    assert (found.variant, found.severity, found.place.name) == ("outside", "error", "classifier.weight")
    assert (found.numbers["count"], found.numbers["total"]) == (2, 40)


@pytest.mark.parametrize(("missed", "severity"), [(2, "warning"), (4, "error"), (40, "error")])
def test_cut_off(missed: int, severity: str) -> None:
    """Few tensors that no loss reaches may be layers that this task does not use."""
    found = seen(NAME, Moment.BEFORE, trial=trial({"missed": missed, "first_missed": "pooler.bias"}, {}))

    assert (found.variant, found.severity) == ("cut", severity)


def test_still() -> None:
    """A gradient, a group, and no change: a rate of zero."""
    found = seen(NAME, Moment.BEFORE, trial=trial({}, {"identical": 40, "first_identical": "a", "lost": 1.0}))

    assert (found.variant, found.numbers["steps"]) == ("still", 3)


@pytest.mark.parametrize(
    "facts",
    [
        trial({}, {}),
        trial({}, {"identical": 7, "first_identical": "norm", "lost": 0.94, "type": "bfloat16"}),
        trial({}, {"lost": 0.9, "type": "bfloat16"}),
    ],
    ids=["healthy", "rounded to nothing", "rounded"],
)
def test_clear(facts: TrialFacts) -> None:
    """All move; or rounding takes the updates, which is another failure."""
    assert look(NAME, Moment.BEFORE, trial=facts) is None


def test_not_looked() -> None:
    """Nobody tried, no step could be taken, or there was no loss to start from."""
    assert isinstance(look(NAME, Moment.BEFORE), str)
    assert isinstance(look(NAME, Moment.BEFORE, trial=TrialFacts()), str)
    assert isinstance(look(NAME, Moment.BEFORE, trial=trial({"missed": 40, "first_missed": "a"}, {}, "failed")), str)


def saved(*moved: str) -> WeightFacts:
    """A saved encoder of four matrices and four biases beside its base, in which these tensors differ."""
    body = {f"bert.layer.{n}.weight": (4, 4) for n in range(4)} | {f"bert.layer.{n}.bias": (4,) for n in range(4)}
    names = {**body, "classifier.weight": (2, 4)}
    same = tuple(name for name in body if name not in moved)
    return WeightFacts(("model.safetensors",), names, unchanged=same, compared=len(body), head=("classifier.weight",))


@pytest.mark.parametrize(("rate", "severity"), [(1e-4, "warning"), (1e-3, "note")])
def test_biases_alone(rate: float, severity: str) -> None:
    """No matrix of the saved encoder moved, and some of its biases did."""
    found = seen(NAME, Moment.AFTER, weights=saved("bert.layer.0.bias"), plan=plan(rate=rate))

    assert (found.variant, found.severity, found.numbers["count"], found.numbers["moved"]) == ("saved", severity, 4, 1)


@pytest.mark.parametrize("moved", [(), ("bert.layer.3.weight", "bert.layer.3.bias")])
def test_frozen_on_purpose(moved: tuple[str, ...]) -> None:
    """A frozen encoder, and one of which upper layers learn."""
    assert look(NAME, Moment.AFTER, weights=saved(*moved), plan=plan()) is None
