"""A loss that stays where guessing is."""

import math

import numpy as np
import pytest

from luthier.facts.finding import Moment
from luthier.failures.optimisation.stuck_at_chance import fix
from tests.failures.examples import data, evaluation, look, noisy, plan, scores, seen, trace

NAME = "stuck_at_chance"


@pytest.mark.parametrize(("moment", "severity"), [(Moment.DURING, "warning"), (Moment.AFTER, "error")])
def test_seen(moment: Moment, severity: str) -> None:
    """The loss of two even classes stays at ln 2."""
    found = seen(NAME, moment, trace=trace(noisy(math.log(2), 200), total=400), data=data(), plan=plan())

    assert (found.severity, found.variant, found.place.step) == (severity, "open", 200)
    assert found.numbers["chance"] == pytest.approx(math.log(2))
    assert float(found.numbers["known"]) < 5


@pytest.mark.parametrize(
    ("losses", "wanted"),
    [
        (noisy(0.69, 200), True),
        (noisy(0.69, 200, spread=0.3), False),
        (noisy(0.64, 200), False),
        (noisy((0.69, 0.5), 200), False),
        (noisy(0.9, 200), True),
    ],
    ids=["flat", "too noisy to tell", "learning slowly", "falling", "worse than guessing"],
)
def test_only_what_is_sure(losses: np.ndarray, wanted: bool) -> None:
    """Seen where the 95 % interval of what was learned lies below a twentieth of the entropy."""
    answer = look(NAME, Moment.DURING, trace=trace(losses, total=400), data=data(), plan=plan())

    assert (answer is not None) == wanted


def test_uneven_classes() -> None:
    """Guessing by the shares of 9 to 1 has 0.325 nats: 0.33 is stuck there, though far below ln 2."""
    facts = data(class_counts={"train": {"a": 720, "b": 80}})

    assert look(NAME, Moment.DURING, trace=trace(noisy(0.33, 200), total=400), data=facts, plan=plan())
    assert look(NAME, Moment.DURING, trace=trace(noisy(0.20, 200), total=400), data=facts, plan=plan()) is None


@pytest.mark.parametrize("steps", [1, 30, 69, 119])
def test_not_before_its_time(steps: int) -> None:
    """Warmup and 30 % of 400 steps must be over."""
    assert look(NAME, Moment.DURING, trace=trace(noisy(0.69, steps), total=400), data=data(), plan=plan()) is None


def test_better_on_validation() -> None:
    """A model that tells validation rows apart is not stuck, whatever its training loss says."""
    run = trace(noisy(0.69, 200))

    assert look(NAME, Moment.AFTER, trace=run, data=data(), validation=scores(evaluation(0.8))) is None
    assert look(NAME, Moment.AFTER, trace=run, data=data(), validation=scores(evaluation(0.5))) is not None


def test_fix_of_slow_rates() -> None:
    """Rates far below every recipe are raised; a second time changes nothing."""
    slow = plan(rate=1e-8, head_rate=1e-7)
    found = seen(NAME, Moment.AFTER, trace=trace(noisy(0.69, 200)), data=data(), plan=slow)

    once = fix(slow, found)

    assert found.variant == "slow"
    assert (once.train.rate, once.train.head_rate) == (5e-5, 1e-3)
    assert fix(once, found) == once


def test_no_fix_without_a_cause() -> None:
    """Usual rates stay: nothing says that they are at fault."""
    found = seen(NAME, Moment.AFTER, trace=trace(noisy(0.69, 200)), data=data(), plan=plan())

    assert fix(plan(), found) == plan()
