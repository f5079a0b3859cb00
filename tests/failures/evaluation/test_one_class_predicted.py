"""One class for everything."""

import pytest

from luthier.facts.finding import Moment
from luthier.failures.evaluation.one_class_predicted import fix
from tests.failures.examples import evaluation, look, noisy, plan, scores, seen, trace

NAME = "one_class_predicted"


def one(share: float = 1.0, supports: tuple[int, ...] = (90, 10)) -> object:
    """A model that predicts class a for a share of 100 rows."""
    return evaluation(0.9, supports=supports, predicted=(share, 1 - share), mcc=0.0)


@pytest.mark.parametrize(
    ("share", "supports", "wanted"),
    [
        (1.0, (90, 10), True),
        (1.0, (95, 5), True),
        (1.0, (96, 4), False),
        (0.995, (50, 50), True),
        (0.98, (50, 50), False),
    ],
)
def test_after(share: float, supports: tuple[int, ...], wanted: bool) -> None:
    """Nearly all rows get one class, and at least five rows belong to others."""
    answer = look(NAME, Moment.AFTER, validation=scores(one(share, supports)))  # type: ignore[arg-type]

    assert (answer is not None) == wanted


@pytest.mark.parametrize(("step", "wanted"), [(49, False), (50, True), (100, True)])
def test_during(step: int, wanted: bool) -> None:
    """In the first half of the run a model may still answer with one class."""
    run = trace(noisy(0.3, 100), evaluations=((step, one()),))

    answer = look(NAME, Moment.DURING, trace=run)

    assert (answer is not None) == wanted


def test_nothing_scored_yet() -> None:
    """Without an evaluation all is clear."""
    assert look(NAME, Moment.DURING, trace=trace(noisy(0.3, 100))) is None


def test_fix() -> None:
    """Classes weigh alike; a second time changes nothing."""
    found = seen(NAME, Moment.AFTER, validation=scores(one()))  # type: ignore[arg-type]

    once = fix(plan(), found)

    assert (once.train.class_weights, once.train.metric) == (True, "macro_f1")
    assert fix(once, found) == once
