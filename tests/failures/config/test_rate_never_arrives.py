"""A rate that is zero, or too late."""

import numpy as np
import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.failures.config.rate_never_arrives import fix
from tests.failures.examples import data, look, noisy, plan, seen, trace
from tests.failures.pair_examples import census

NAME = "rate_never_arrives"
LOSSES = noisy(0.69, 100)


@pytest.mark.parametrize(
    ("settings", "variant", "setting"),
    [
        ({"warmup": 1.0}, "warmup", "train.warmup"),
        ({"warmup": 0.51}, "warmup", "train.warmup"),
        ({"rate": 0.0}, "zero plan", "train.rate"),
        ({"head_rate": 0.0}, "zero plan", "train.head_rate"),
    ],
)
def test_seen_before(settings: dict[str, float], variant: str, setting: str) -> None:
    """The plan alone shows it."""
    found = seen(NAME, Moment.BEFORE, plan=plan(**settings), data=data())

    assert (found.variant, found.place.name) == (variant, setting)


@pytest.mark.parametrize("chosen", [plan(), plan(warmup=0.5), plan(warmup=0.0), plan("frozen_body", rate=0.0)])
def test_clear_before(chosen: object) -> None:
    """A usual plan, and one in which the encoder does not learn."""
    assert look(NAME, Moment.BEFORE, plan=chosen, data=data()) is None


def rates(share: object, steps: int = 100) -> dict[str, np.ndarray]:
    """Rates of both groups as shares of their peaks in the plan."""
    shares = np.broadcast_to(np.asarray(share, np.float64), steps)
    return {"encoder": shares * 5e-5, "head": shares * 1e-3}


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
@pytest.mark.parametrize(
    ("share", "variant"), [(0.0, "zero run"), (np.linspace(0, 0.1, 100), "low run"), (0.89, "low run")]
)
def test_seen_in_the_run(moment: Moment, share: object, variant: str) -> None:
    """The rates in the log are zero, still climbing, or capped."""
    run = trace(LOSSES, rates=rates(share))

    found = seen(NAME, moment, trace=run, plan=plan())

    assert found.variant == variant
    assert found.place.step == 100


def test_clear_in_the_run() -> None:
    """The rate arrived, and has gone again by now."""
    assert look(NAME, Moment.AFTER, trace=trace(LOSSES), plan=plan()) is None
    assert look(NAME, Moment.AFTER, trace=trace(LOSSES)) is None


def test_early_steps_are_not_judged() -> None:
    """In the first half of a run the warmup may still be under way."""
    run = trace(LOSSES, total=300, rates=rates(np.linspace(0, 0.4, 100)))

    assert look(NAME, Moment.DURING, trace=run, plan=plan(warmup=0.4)) is None


def test_a_foreign_run_still_climbing() -> None:
    """Without a plan, a rate that climbs at the last step tells of a warmup that was too long."""
    run = trace(LOSSES, rates={"all": np.linspace(0, 3e-6, 100)})

    assert seen(NAME, Moment.AFTER, trace=run).variant == "low run"


def test_not_looked() -> None:
    """A log without rates."""
    assert "no learning rates" in str(look(NAME, Moment.AFTER, trace=trace(LOSSES, rates={})))


@pytest.mark.parametrize("settings", [{"warmup": 1.0}, {"rate": 0.0}, {"head_rate": 0.0}])
def test_fix(settings: dict[str, float]) -> None:
    """The finding goes, and a second time changes nothing."""
    broken = plan(**settings)
    found = seen(NAME, Moment.BEFORE, plan=broken, data=data())

    once = fix(broken, found)

    assert look(NAME, Moment.BEFORE, plan=once, data=data()) is None
    assert fix(once, found) == once


def test_length_of_a_trainer() -> None:
    """Where the texts are gone its trainer still knows how many steps it will make."""
    counted = census(RowCensus(10, 10), steps=4)

    assert seen(NAME, Moment.BEFORE, plan=plan(warmup=250.0), census=counted).numbers["warmup"] == 1000
    assert "length" in str(look(NAME, Moment.BEFORE, plan=plan(warmup=250.0)))


def test_a_warmup_longer_than_the_run() -> None:
    """Of another tool's run: the rate is highest at the last step, and far below the planned one."""
    climbing = {"all": np.linspace(0, 1e-6, 100)}
    log = trace(LOSSES, rates=climbing, interval=5)

    assert seen(NAME, Moment.AFTER, trace=log, plan=plan(warmup=83.0, rate=1e-4)).variant == "low run"
