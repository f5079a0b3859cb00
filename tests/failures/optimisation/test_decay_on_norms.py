"""Norms that decay."""

import numpy as np
import pytest

from luthier.facts.finding import Moment
from luthier.facts.optimiser import OptimiserFacts, OptimiserGroup
from luthier.facts.saved import WeightFacts
from tests.failures.examples import look, plan, seen, trace
from tests.failures.pair_examples import arguments

NAME = "decay_on_norms"
NAMES = ("encoder.query.weight", "encoder.LayerNorm.weight", "h.0.ln_1.weight", "encoder.query.bias")
WEIGHTS = WeightFacts((), {"a": (4, 4), "b": (4, 4), "norm": (4,), "bias": (4,)})
LONG = trace(np.ones(10_000))


def optimiser(
    decay: float, *, names: tuple[str, ...] = (), tensors: int = 4, rate: float | None = 2e-4
) -> OptimiserFacts:
    """An AdamW of one group that decays and one that does not."""
    settings = {"weight_decay": decay} | ({} if rate is None else {"initial_lr": rate})
    rest = OptimiserGroup({"weight_decay": 0.0}, 0)
    return OptimiserFacts("the trainer", "AdamW", (OptimiserGroup(settings, len(names) or tensors, names), rest))


@pytest.mark.parametrize(("decay", "severity", "percent"), [(0.02, "note", 2), (0.1, "note", 10), (0.2, "warning", 18)])
def test_by_name(decay: float, severity: str, percent: int) -> None:
    """10,000 steps at a mean rate of 1e-4; the share that a weight loses decides."""
    settings, groups = arguments(max_steps=10_000), optimiser(decay, names=NAMES)
    found = seen(NAME, Moment.BEFORE, optimiser=groups, arguments=settings, plan=plan(warmup=0.0))

    assert (found.numbers["count"], found.severity) == (3, severity)
    assert found.numbers["percent"] == pytest.approx(percent, abs=0.6)
    assert "encoder.LayerNorm.weight" in str(found.numbers["first"])


@pytest.mark.parametrize(
    ("groups", "steps"),
    [
        (optimiser(0.1, names=NAMES[:1]), 10_000),
        (optimiser(0.0, names=NAMES), 10_000),
        (optimiser(0.1, names=NAMES), 100),
    ],
)
def test_clear(groups: OptimiserFacts, steps: int) -> None:
    """No norms; no decay; too short a run to matter."""
    assert look(NAME, Moment.BEFORE, optimiser=groups, arguments=arguments(max_steps=steps), plan=plan()) is None


@pytest.mark.parametrize("rate", [2e-4, None])
def test_by_count(rate: float | None) -> None:
    """More tensors than matrices; the rate of the plan where the file has none."""
    found = seen(
        NAME, Moment.AFTER, optimiser=optimiser(0.2, rate=rate), weights=WEIGHTS, plan=plan(rate=2e-4), trace=LONG
    )

    assert (found.numbers["count"], found.severity) == (2, "warning")


def test_by_count_and_clear() -> None:
    """Only matrices decay, or one scale among many norms; what was given to a trainer is told by its names."""
    scaled = WeightFacts((), {**WEIGHTS.tensors, "other norm": (4,)})
    facts = {"plan": plan(), "trace": LONG}

    assert look(NAME, Moment.AFTER, optimiser=optimiser(0.2, tensors=2), weights=WEIGHTS, **facts) is None
    assert look(NAME, Moment.AFTER, optimiser=optimiser(0.2, tensors=3), weights=scaled, **facts) is None
    assert look(NAME, Moment.AFTER, optimiser=optimiser(0.2, names=NAMES), weights=WEIGHTS, **facts) is None


def test_not_looked() -> None:
    """Nobody knows how long the run is."""
    groups = optimiser(0.1, names=NAMES)

    assert "length" in str(look(NAME, Moment.BEFORE, optimiser=groups, arguments=arguments(), plan=plan()))
