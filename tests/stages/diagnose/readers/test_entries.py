"""Entries of a log gathered into columns."""

import math

import numpy as np
import pytest

from luthier.stages.diagnose.readers.entries import merged, not_repeated, steps_per_epoch, whole


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ([], []),
        ([1, 2, 3], [1, 1, 1]),
        ([1, 2, 3, 2, 3, 4], [1, 0, 0, 1, 1, 1]),
        ([5, 5, 5], [0, 0, 1]),
        ([3, 2, 1], [0, 0, 1]),
    ],
)
def test_not_repeated(steps: list[float], kept: list[int]) -> None:
    """What is kept climbs, and it is what was written last."""
    assert not_repeated(np.array(steps, dtype=float)).astype(int).tolist() == kept


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        ([0.5, 1.0, 1.5], 20),
        ([1.0, 2.0, 3.0], 10),
        ([0.0, 0.0, 1.0], 30),
        ([0.0, 1.0, 1.0], 0),
        ([math.nan, 0.5, math.nan], 40),
        ([0.01, 0.02, 0.03], 0),
        ([0.5, 1.0, 0.6], 20),
        ([math.nan, math.inf, math.nan], 0),
    ],
)
def test_steps_per_epoch(epochs: list[float], expected: int) -> None:
    """From the last entry that tells it; nothing from epochs that are only counted, or too small to be exact."""
    assert steps_per_epoch(np.array([10.0, 20.0, 30.0]), np.array(epochs)) == expected


def test_merged() -> None:
    """Neighbours of one step become one entry, others stay apart."""
    entries = [{"step": 1.0, "loss": 2.0}, {"step": 1.0, "grad_norm": 3.0}, {"step": 2.0}, {"step": 1.0}]

    assert list(merged(entries)) == [{"step": 1.0, "loss": 2.0, "grad_norm": 3.0}, {"step": 2.0}, {"step": 1.0}]


@pytest.mark.parametrize("value", [None, True, 0, -1, "x", math.nan, math.inf, 10**400, [], 0.5])
def test_what_is_no_count(value: object) -> None:
    """Nothing but a positive number is a count."""
    assert whole(value) == 0
