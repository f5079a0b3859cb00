"""Starts that fail."""

from dataclasses import replace

import numpy as np
import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Moment
from luthier.facts.plan import Plan
from luthier.facts.trace import Trace
from luthier.failures._signals import NO_CHANCE
from tests.failures.examples import data, look, noisy, plan, seen, trace
from tests.failures.pair_examples import arguments

NAME = "unlucky_seed"
LN = float(np.log(2))


def run(loss: float = LN, last_norm: float = 0.1, steps: int = 200) -> Trace:
    """A run at one loss, whose gradient falls from 5 to this."""
    norms = np.where(np.arange(steps) < steps // 5, 5.0, last_norm)
    return trace(noisy(loss, steps, 0.01), grad_norms={"all": norms})


def test_seen() -> None:
    """Nothing learned, and no gradient left."""
    found = seen(NAME, Moment.AFTER, trace=run(), plan=plan(), data=data())

    assert (found.numbers["first"], found.numbers["last"], found.numbers["other"]) == (5.0, 0.1, 43)


@pytest.mark.parametrize(
    ("log", "then", "settings"),
    [
        (run(0.3), plan(), None),
        (run(last_norm=1.0), plan(), None),
        (run(steps=50), plan(), None),
        (run(), plan(rate=1e-3), None),
        (run(), plan(strategy="lora"), None),
        (run(), plan(batch_size=128), None),
        (run(), plan(), arguments(optim="sgd")),
        (replace(run(), steps_per_epoch=0), plan(), None),
    ],
)
def test_clear(log: Trace, then: Plan, settings: Arguments | None) -> None:
    """Something learned, a gradient that is there, too short, too fast, an adapter, many rows, another optimiser."""
    assert look(NAME, Moment.AFTER, trace=log, plan=then, data=data(), arguments=settings) is None


def test_not_looked() -> None:
    """Neither classes nor norms."""
    bare = trace(noisy(LN, 200, 0.01), grad_norms={})

    assert look(NAME, Moment.AFTER, trace=run(), plan=plan()) == NO_CHANCE
    assert "norms" in str(look(NAME, Moment.AFTER, trace=bare, plan=plan(), data=data()))
