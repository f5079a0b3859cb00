"""Lengths and intervals of a run."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import RowCensus
from luthier.failures._intervals import evaluations, every, total_steps
from tests.failures.examples import plan, trace
from tests.failures.pair_examples import arguments, census


def test_length() -> None:
    """As asked for, as logged, as the trainer counts, in this order."""
    counted, logged = census(RowCensus(1, 1), steps=30), trace([], total=20)

    assert total_steps(arguments(max_steps=10), logged, counted) == 10
    assert total_steps(arguments(max_steps=-1), logged, counted) == 20
    assert total_steps(arguments(), None, counted) == 30
    assert total_steps(arguments(), None, None) == 0


@pytest.mark.parametrize(
    ("what", "settings", "total", "steps"),
    [
        ("eval", {"eval_strategy": "steps", "eval_steps": 20}, 0, 20),
        ("eval", {"eval_strategy": "steps", "logging_steps": 5}, 0, 5),
        ("eval", {"eval_strategy": "steps", "eval_steps": 0.25}, 90, 23),
        ("eval", {"eval_strategy": "steps", "eval_steps": 0.25}, 0, 0),
        ("eval", {"eval_strategy": "steps"}, 90, 0),
        ("eval", {"eval_strategy": "epoch", "eval_steps": 20}, 90, 0),
        ("save", {"save_strategy": "steps"}, 90, 500),
    ],
)
def test_every(what: str, settings: dict[str, Plain], total: int, steps: int) -> None:
    """As set, by default, and as a share of a run whose length is known."""
    assert every(arguments(**settings), what, total) == steps


@pytest.mark.parametrize(
    ("settings", "total", "count"),
    [
        ({"eval_strategy": "no"}, 0, 0),
        ({"eval_strategy": "epoch"}, 0, 3),
        ({"eval_strategy": "epoch", "eval_delay": 2}, 0, 2),
        ({"eval_strategy": "epoch", "eval_delay": 9}, 0, 0),
        ({"eval_strategy": "steps", "eval_steps": 20}, 60, 3),
        ({"eval_strategy": "steps", "eval_steps": 20}, 70, 4),
        ({"eval_strategy": "steps", "eval_steps": 500}, 70, 1),
        ({"eval_strategy": "steps", "eval_steps": 20, "eval_delay": 30}, 60, 2),
        ({"eval_strategy": "steps", "eval_steps": 20}, 0, None),
        ({}, 60, None),
    ],
)
def test_evaluations(settings: dict[str, Plain], total: int, count: int | None) -> None:
    """At each interval and at the end, not before the delay."""
    assert evaluations(arguments(**settings), plan(epochs=2.5), total) == count
