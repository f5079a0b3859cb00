"""NaN, infinity, and zeros that hide them."""

import numpy as np
import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Moment
from luthier.failures.numerics.loss_not_finite import fix
from tests.failures.examples import look, noisy, plan, seen, trace

NAME = "loss_not_finite"


def broken_from(step: int, value: float, steps: int = 100) -> np.ndarray:
    """Falling losses that take a value from some step on."""
    losses = noisy((0.7, 0.5), steps)
    losses[step - 1 :] = value
    return losses


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_raw(moment: Moment, value: float) -> None:
    """The first bad step is named, with the loss before it."""
    found = seen(NAME, moment, trace=trace(broken_from(91, value)))

    assert (found.variant, found.place.step, found.numbers["count"]) == ("raw", 91, 10)
    assert float(found.numbers["before"]) == pytest.approx(0.52, abs=0.05)


def test_one_bad_step() -> None:
    """A single value is enough, also at the very first step."""
    losses = noisy(0.7, 20)
    losses[0] = np.nan

    assert seen(NAME, Moment.DURING, trace=trace(losses)).place.step == 1


def test_gradient_norm() -> None:
    """A norm that is not finite is seen before the loss is."""
    run = trace(noisy(0.6, 20), grad_norms={"encoder": np.append(np.ones(19), np.nan), "head": np.ones(20)})

    found = seen(NAME, Moment.DURING, trace=run)

    assert (found.numbers["what"], found.place.step) == ("gradient norm", 20)


def test_a_filter_hides_it_from_the_log() -> None:
    """The raw loss is NaN and the log says 0.0."""
    raw = broken_from(50, np.nan)
    run = trace(raw, logged_losses=np.nan_to_num(raw))

    assert seen(NAME, Moment.AFTER, trace=run).variant == "hidden"


@pytest.mark.parametrize(
    ("norms", "variant"), [({"all": np.append(np.ones(49), [np.nan] * 51)}, "hidden"), ({}, "zero")]
)
def test_a_foreign_log_of_zeros(norms: dict[str, np.ndarray], variant: str) -> None:
    """Only the filtered log is there: exact zeros beside norms that are NaN, or beside none at all."""
    found = seen(NAME, Moment.AFTER, trace=trace(broken_from(50, 0.0), grad_norms=norms))

    assert (found.variant, found.place.step) == (variant, 50)


@pytest.mark.parametrize(
    "losses",
    [
        noisy((0.7, 0.001), 100, spread=0.0),
        np.append(noisy(0.5, 50), 0.0),
        np.append(noisy((0.2, 0.0), 50, 0.0), [0.0, 0.0]),
    ],
    ids=["small", "one zero", "learned to zero"],
)
def test_clear(losses: np.ndarray) -> None:
    """A small loss is a small loss."""
    assert look(NAME, Moment.AFTER, trace=trace(losses)) is None


def test_the_guard_looks_at_the_last_steps_alone() -> None:
    """An old accident is told at the end, not at each look again."""
    losses = noisy(0.6, 200)
    losses[20] = np.nan

    assert look(NAME, Moment.DURING, trace=trace(losses)) is None
    assert seen(NAME, Moment.AFTER, trace=trace(losses)).place.step == 21


def test_no_steps_yet() -> None:
    """An empty log is clear."""
    assert look(NAME, Moment.DURING, trace=trace([], total=10)) is None


def test_fix() -> None:
    """Full precision, clipping and warmup; a second time changes nothing."""
    risky = plan(precision="bf16", clip=0.0, warmup=0.0)
    found = seen(NAME, Moment.AFTER, trace=trace(broken_from(50, np.nan)))

    once = fix(risky, found)

    assert (once.train.precision, once.train.clip, once.train.warmup) == ("fp32", 1.0, 0.1)
    assert fix(once, found) == once


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_steps_that_a_scaler_skips(moment: Moment) -> None:
    """Under fp16=True the norm is infinite while the scale is looked for, and nothing is lost; a lost loss counts."""
    half = Arguments("TrainingArguments", "transformers", {"fp16": True})
    norms = {"all": np.array([np.inf] * 5 + [1.0] * 45)}
    lost = trace(broken_from(40, np.nan, 50), grad_norms=norms)

    assert look(NAME, moment, trace=trace(noisy(0.6, 50), grad_norms=norms), arguments=half) is None
    assert seen(NAME, moment, trace=lost, arguments=half).place.step == 40
