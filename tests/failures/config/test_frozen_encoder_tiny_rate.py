"""A frozen encoder under a head that cannot move."""

import pytest

from luthier.facts.finding import Moment
from luthier.failures.config.frozen_encoder_tiny_rate import fix
from tests.failures.examples import data, look, noisy, plan, seen, trace

NAME = "frozen_encoder_tiny_rate"


def test_the_recipe_of_the_tutorials() -> None:
    """Reuters R8: 5,485 rows, one epoch at 2e-5. The head can move by 0.17 of its size, and this is an error."""
    found = seen(NAME, Moment.BEFORE, data=data(5485, 8), plan=plan("frozen_body", head_rate=2e-5, epochs=1.0))

    assert found.severity == "error"
    assert found.numbers["steps"] == 343
    assert found.numbers["moved"] == pytest.approx(0.1715)
    assert found.numbers["chance"] == pytest.approx(2.08, abs=0.01)


@pytest.mark.parametrize(
    ("strategy", "rate", "epochs"),
    [("full", 2e-5, 1.0), ("frozen_body", 1e-3, 3.0), ("frozen_body", 1e-2, 20.0), ("frozen_body", 2e-5, 200.0)],
    ids=["full", "a head's rate", "the usual one", "long enough"],
)
def test_clear_before(strategy: str, rate: float, epochs: float) -> None:
    """The encoder learns, or the head gets far enough."""
    assert look(NAME, Moment.BEFORE, data=data(), plan=plan(strategy, head_rate=rate, epochs=epochs)) is None


def test_a_constant_schedule_gets_twice_as_far() -> None:
    """The mean rate of a slope is half the peak; that of a constant is all of it but for half of the warmup."""
    slope = seen(NAME, Moment.BEFORE, data=data(), plan=plan("frozen_body", head_rate=2e-5))
    level = seen(NAME, Moment.BEFORE, data=data(), plan=plan("frozen_body", head_rate=2e-5, schedule="constant"))

    assert float(level.numbers["moved"]) == pytest.approx(1.9 * float(slope.numbers["moved"]))


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_seen_in_the_run(moment: Moment) -> None:
    """The loss is that of guessing, and the rates in the log add up to little."""
    run = trace(noisy(0.693, 100), total=150 if moment is Moment.DURING else 100, head=2e-5)

    found = seen(NAME, moment, trace=run, data=data(), plan=plan("frozen_body", head_rate=2e-5))

    assert found.place.step == 100
    assert float(found.numbers["moved"]) < 0.1


@pytest.mark.parametrize(
    ("losses", "head", "strategy"),
    [
        (noisy((0.69, 0.3), 100), 2e-5, "frozen_body"),
        (noisy(0.69, 100), 1e-2, "frozen_body"),
        (noisy(0.69, 100), 2e-5, "full"),
    ],
    ids=["it learns", "it moves", "not frozen"],
)
def test_clear_in_the_run(losses: object, head: float, strategy: str) -> None:
    """Another cause, or none."""
    run = trace(losses, head=head)  # type: ignore[arg-type]

    assert look(NAME, Moment.AFTER, trace=run, data=data(), plan=plan(strategy, head_rate=head)) is None


def test_fix() -> None:
    """The head gets a rate for heads, the finding goes, and a second time changes nothing."""
    tiny = plan("frozen_body", head_rate=2e-5)
    found = seen(NAME, Moment.BEFORE, data=data(), plan=tiny)

    once = fix(tiny, found)

    assert once.train.head_rate == 1e-2
    assert fix(once, found) == once
    assert look(NAME, Moment.BEFORE, data=data(), plan=once) is None
