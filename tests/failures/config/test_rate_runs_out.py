"""Rates that end before the run."""

import numpy as np
import pytest

from luthier.facts.finding import Moment
from luthier.facts.trace import Floats, Trace
from luthier.scenes.schedules import rate_at
from tests.failures.examples import look, noisy, seen, trace

NAME = "rate_runs_out"


def rates(kind: str, made_for: int, steps: int = 200) -> Floats:
    """A schedule with a tenth of warmup."""
    return np.array([2e-5 * rate_at(kind, step, made_for // 10, made_for) for step in range(steps)])


def run(values: Floats, total: int = 200, **more: Floats) -> Trace:
    """A run with these rates."""
    return trace(noisy((1.0, 0.3), len(values)), total=total, rates={"all": values, **more})


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
@pytest.mark.parametrize("kind", ["linear", "cosine"])
@pytest.mark.parametrize(("made_for", "severity"), [(60, "error"), (150, "warning")])
def test_seen(moment: Moment, kind: str, made_for: int, severity: str) -> None:
    """A schedule for fewer steps than the run has."""
    found = seen(NAME, moment, trace=run(rates(kind, made_for)))

    assert found.severity == severity
    assert int(found.numbers["step"]) == pytest.approx(made_for, abs=7)


@pytest.mark.parametrize("kind", ["linear", "cosine", "constant", "inverse_sqrt"])
@pytest.mark.parametrize("made_for", [200, 190])
def test_clear(kind: str, made_for: int) -> None:
    """Schedules of the right length, or nearly."""
    assert look(NAME, Moment.AFTER, trace=run(rates(kind, made_for))) is None


def test_while_it_runs() -> None:
    """Told once a tenth of the run had no rate, though the run goes on."""
    assert look(NAME, Moment.DURING, trace=run(rates("linear", 50, 60))) is None
    assert seen(NAME, Moment.DURING, trace=run(rates("linear", 50, 80))).numbers["total"] == 200


def test_several_groups() -> None:
    """One group that has a rate is trained."""
    alive = np.full(200, 1e-3)

    assert look(NAME, Moment.AFTER, trace=run(rates("linear", 60), head=alive)) is None


def test_zero_throughout() -> None:
    """A rate that never was is another failure."""
    assert look(NAME, Moment.AFTER, trace=run(np.zeros(200))) is None


def test_not_looked() -> None:
    """No rates in the log."""
    assert "no learning rates" in str(look(NAME, Moment.AFTER, trace=trace(noisy(1.0, 20), rates={})))
