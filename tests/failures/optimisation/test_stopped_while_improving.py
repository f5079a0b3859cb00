"""Runs that end too early."""

from dataclasses import replace

import numpy as np
import pytest

from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Moment
from luthier.facts.plan import Plan
from luthier.facts.trace import Trace
from luthier.failures._engine import all_failures
from tests.failures.examples import look, noisy, plan, seen, trace

NAME = "stopped_while_improving"


def run(*losses: float, rows: int = 2000, steps: tuple[int, ...] = (), **changes: object) -> Trace:
    """One evaluation an epoch of 50 steps, or at these steps."""
    at = steps or tuple(50 * (number + 1) for number in range(len(losses)))
    evaluations = tuple(
        (step, Evaluation("model", "validation", rows, {}, loss=loss)) for step, loss in zip(at, losses, strict=True)
    )
    return trace(noisy((1.4, 0.3), 50 * len(losses)), evaluations=evaluations, **changes)


@pytest.mark.parametrize("losses", [(1.1, 0.8, 0.5), (2.0, 1.2, 0.9, 0.65), (3.0, 2.7, 2.4)])
def test_seen(losses: tuple[float, ...]) -> None:
    """The last two gains are alike."""
    epochs = float(len(losses))
    found = seen(NAME, Moment.AFTER, trace=run(*losses), plan=plan(epochs=epochs))

    assert (found.numbers["last"], found.numbers["suggested"]) == (losses[-1], 2 * epochs)


@pytest.mark.parametrize(
    ("log", "then"),
    [
        (run(1.1, 0.6, 0.4), plan(epochs=3.0)),
        (run(1.1, 0.8, 0.9), plan(epochs=3.0)),
        (run(0.9, 0.88, 0.86), plan(epochs=3.0)),
        (run(1.1, 0.9, 0.7, rows=40), plan(epochs=3.0)),
        (run(1.1, 0.8, 0.5), plan(epochs=3.0, patience=2)),
        (run(1.1, 0.8, 0.5), plan(epochs=6.0)),
        (run(1.1, 0.8, 0.5, steps=(30, 120, 150)), plan(epochs=3.0)),
        (run(1.1, 0.8, 0.5, finished=False), plan(epochs=3.0)),
    ],
    ids=["levels off", "rises", "little", "few rows", "patience", "cut off", "uneven", "goes on"],
)
def test_clear(log: Trace, then: Plan) -> None:
    """Whatever leaves a doubt."""
    assert look(NAME, Moment.AFTER, trace=log, plan=then) is None


def test_not_looked() -> None:
    """Two evaluations, or none with a loss."""
    broken = run(1.1, float("nan"), 0.5)

    assert "fewer than three" in str(look(NAME, Moment.AFTER, trace=run(1.1, 0.8), plan=plan(epochs=2.0)))
    assert "fewer than three" in str(look(NAME, Moment.AFTER, trace=broken, plan=plan(epochs=3.0)))


def test_length_unknown() -> None:
    """Without the length of an epoch nobody knows where the plan ends."""
    log = replace(run(1.1, 0.8, 0.5), steps_per_epoch=0)

    assert look(NAME, Moment.AFTER, trace=log, plan=plan(epochs=3.0)) is None


def test_fix() -> None:
    """Longer, never shorter."""
    fix = all_failures()[NAME].fix_plan
    assert fix is not None
    found = seen(NAME, Moment.AFTER, trace=run(1.1, 0.8, 0.5), plan=plan(epochs=3.0))

    assert fix(plan(epochs=3.0), found).train.epochs == 6.0
    assert fix(plan(epochs=9.0), found).train.epochs == 9.0


def test_a_rate_that_did_not_fall() -> None:
    """Under it a curve has not come to its end because it falls less steeply; a log alone can say so."""
    losses = (1.1, 0.8, 0.6)
    flat = {"all": np.full(150, 2e-5)}

    assert look(NAME, Moment.AFTER, trace=run(*losses), plan=plan(epochs=3.0)) is None
    assert seen(NAME, Moment.AFTER, trace=run(*losses, rates=flat)).numbers["suggested"] == 6.0
