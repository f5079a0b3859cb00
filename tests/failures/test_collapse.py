"""What shows that a model broke, and what could not."""

import math
from dataclasses import replace

import numpy as np
import pytest

from luthier.facts.saved import WeightFacts
from luthier.facts.trace import Trace
from luthier.failures._collapse import best_before, only_head_learns, same_score, spike
from tests.failures.examples import evaluation, noisy, trace

HEAD = WeightFacts((), {"bert.a": (4,), "classifier.weight": (2,)}, head=("classifier.weight",))


@pytest.mark.parametrize(
    ("weights", "frozen"),
    [
        (None, False),
        (HEAD, False),
        (replace(HEAD, learning=("classifier.weight",)), True),
        (replace(HEAD, learning=tuple(HEAD.tensors)), False),
        (replace(HEAD, learning=("classifier.weight",), head=()), False),
        (replace(HEAD, unchanged=("bert.a",)), True),
        (replace(HEAD, unchanged=()), False),
        (replace(HEAD, unchanged=tuple(HEAD.tensors)), False),
    ],
    ids=["nothing known", "no base", "frozen", "all learn", "no head", "as the base", "tuned", "nothing changed"],
)
def test_only_head_learns(weights: WeightFacts | None, frozen: bool) -> None:
    """By what requires a gradient, else by what differs from the base; unknown is not frozen."""
    assert only_head_learns(weights) is frozen


def scored(*pairs: tuple[float, float | None]) -> Trace:
    """A run with these accuracies and losses."""
    evaluations = tuple((10 * at, replace(evaluation(value), loss=loss)) for at, (value, loss) in enumerate(pairs, 1))
    return trace(noisy(0.4, 60), evaluations=evaluations)


def test_same_score() -> None:
    """One value in three evaluations whose losses do not fall."""
    still = {"metric": "accuracy", "value": 0.9, "count": 3}

    assert same_score(scored((0.9, 0.38), (0.9, 0.35), (0.9, 0.38))) == still
    assert same_score(scored((0.9, None), (0.9, None), (0.9, None))) == still
    assert not same_score(scored((0.9, 0.31), (0.9, 0.27), (0.9, 0.24)))
    assert not same_score(scored((0.9, 0.4), (0.9, 0.4)))
    assert not same_score(scored((1.0, 0.4), (1.0, 0.4), (1.0, 0.4)))
    assert not same_score(trace(noisy(0.4, 60)))


def test_spike() -> None:
    """The highest loss and its step, where guessing among all tokens is far better."""
    guessing = math.log(100)

    assert spike(trace([guessing, 2 * guessing, np.inf, 1.0]), 100) == {
        "step": 2,
        "loss": 2 * guessing,
        "chance": guessing,
    }
    assert not spike(trace([1.2 * guessing, 1.0]), 100)
    assert not spike(trace([np.nan]), 100)


def test_best_before() -> None:
    """The mean of the best window, where it knew something."""
    assert best_before(trace([*noisy(0.2, 100), *noisy(0.7, 100)]), math.log(2)) == pytest.approx(0.2, abs=0.02)
    assert best_before(trace(noisy(0.69, 200)), math.log(2)) is None
    assert best_before(trace(noisy(0.2, 10)), math.log(2)) is None
