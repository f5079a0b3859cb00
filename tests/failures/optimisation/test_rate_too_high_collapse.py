"""A rate that destroys the encoder."""

import numpy as np
import pytest

from luthier.facts.finding import Moment
from luthier.failures.optimisation.rate_too_high_collapse import fix
from tests.failures.examples import data, look, noisy, plan, seen, trace

NAME = "rate_too_high_collapse"
FELL_AND_ROSE = np.concatenate([noisy((0.69, 0.2), 100), noisy(0.2, 100), noisy(0.7, 100)])


@pytest.mark.parametrize(("rate", "wanted"), [(5e-3, True), (3.1e-4, True), (3e-4, False), (5e-5, False)])
def test_before(rate: float, wanted: bool) -> None:
    """Above the highest rate that anybody has published for such encoders."""
    assert (look(NAME, Moment.BEFORE, plan=plan(rate=rate)) is not None) == wanted


def test_a_frozen_encoder_cannot_break() -> None:
    """The head alone may learn at any rate."""
    assert look(NAME, Moment.BEFORE, plan=plan("frozen_body", rate=1.0, head_rate=1e-2)) is None


@pytest.mark.parametrize(
    ("losses", "rate", "variant"),
    [(noisy(0.70, 200), 1e-3, "run"), (FELL_AND_ROSE, 5e-5, "lost"), (FELL_AND_ROSE, 1e-3, "lost")],
    ids=["never learned", "knew it once", "both"],
)
@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_seen_in_the_run(moment: Moment, losses: np.ndarray, rate: float, variant: str) -> None:
    """At chance under a high rate, or at chance again after having known something."""
    found = seen(NAME, moment, trace=trace(losses, total=400, rate=rate), data=data(), plan=plan(rate=rate))

    assert (found.variant, found.severity) == (variant, "error")


@pytest.mark.parametrize(
    ("losses", "rate", "total"),
    [(noisy(0.70, 200), 5e-5, 400), (noisy((0.7, 0.2), 200), 1e-3, 400), (noisy(0.70, 40), 1e-3, 400)],
    ids=["stuck at a usual rate", "it learns", "still warming up"],
)
def test_clear_in_the_run(losses: np.ndarray, rate: float, total: int) -> None:
    """Another cause, or none, or too early to tell."""
    run = trace(losses, total=total, rate=rate)

    assert look(NAME, Moment.DURING, trace=run, data=data(), plan=plan(rate=rate)) is None


def test_fix() -> None:
    """A usual rate, warmup and clipping; the finding goes; a second time changes nothing."""
    high = plan(rate=5e-3, warmup=0.0, clip=0.0)

    once = fix(high, seen(NAME, Moment.BEFORE, plan=high))

    assert (once.train.rate, once.train.warmup, once.train.clip) == (5e-5, 0.1, 1.0)
    assert fix(once, seen(NAME, Moment.BEFORE, plan=high)) == once
    assert look(NAME, Moment.BEFORE, plan=once) is None


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_an_adapter_at_its_own_rate(moment: Moment) -> None:
    """5e-4 is usual for LoRA, and nothing under it breaks; what was learned and lost is told all the same."""
    settings = {"plan": plan("lora", rate=5e-4), "data": data(classes=4)}

    assert look(NAME, moment, trace=trace(noisy(1.4, 100)), **settings) is None
    assert seen(NAME, moment, trace=trace([*noisy(0.3, 50), *noisy(1.4, 50)]), **settings).variant == "lost"
