"""Sides by chance and by time."""

import numpy as np
import pytest

from luthier.stages.data.sides import TEST, TRAIN, VALIDATION, by_chance, by_time

SHARES = {VALIDATION: 0.1, TEST: 0.1}


def sides(labels: np.ndarray, units: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
    """Sides of rows; each row its own unit unless told."""
    return by_chance(labels, np.arange(len(labels)) if units is None else units, SHARES, np.random.default_rng(seed))


def test_shares_within_each_class() -> None:
    """Single rows are shared out exactly."""
    labels = np.repeat([0, 1, 2], [1000, 200, 30])

    found = sides(labels)

    for label, (train, validation, test) in enumerate([(800, 100, 100), (160, 20, 20), (24, 3, 3)]):
        assert np.bincount(found[labels == label]).tolist() == [train, validation, test]


def test_shares_with_clusters() -> None:
    """With a third of the rows in clusters, each class still comes within a tenth of its share."""
    random = np.random.default_rng(3)
    units = np.arange(3000)
    units[:1000] = np.sort(random.integers(0, 250, 1000))
    labels = random.choice(3, 3000, p=[0.7, 0.2, 0.1])

    found = sides(labels, units)

    for label in range(3):
        counts = np.bincount(found[labels == label])
        assert counts[1:] == pytest.approx([counts.sum() / 10] * 2, rel=0.11, abs=1)


def test_shares_where_every_row_is_in_a_group() -> None:
    """Groups of mixed classes alone: sizes within a quarter of the wish."""
    random = np.random.default_rng(4)
    units = np.repeat(np.arange(0, 2000, 20), 20)
    labels = random.choice(2, 2000, p=[0.7, 0.3])

    counts = np.bincount(sides(labels, units))

    assert counts[1:] == pytest.approx([200, 200], rel=0.25)


def test_small_classes() -> None:
    """One row trains; two train and test; three stand on every side."""
    found = sides(np.repeat([0, 1, 2, 3], [50, 1, 2, 3]))

    assert found[50:51].tolist() == [TRAIN]
    assert sorted(found[51:53].tolist()) == [TRAIN, TEST]
    assert sorted(found[53:].tolist()) == [TRAIN, VALIDATION, TEST]


def test_a_class_that_is_one_unit_trains() -> None:
    """Rows that hang together cannot be tested."""
    labels, units = np.repeat([0, 1], [50, 5]), np.arange(55)
    units[50:] = 50

    assert set(sides(labels, units)[50:].tolist()) == {TRAIN}


def test_seed() -> None:
    """The same seed gives the same sides; another one others."""
    labels = np.repeat([0, 1], 200)

    assert sides(labels, seed=1).tolist() == sides(labels, seed=1).tolist()
    assert sides(labels, seed=1).tolist() != sides(labels, seed=2).tolist()


def test_one_side_alone() -> None:
    """Only what is missing is taken out."""
    found = by_chance(np.repeat([0, 1], 50), np.arange(100), {VALIDATION: 0.2}, np.random.default_rng(0))

    assert np.bincount(found).tolist() == [80, 20]


def test_time_orders() -> None:
    """The newest tenth tests, the tenth before it validates."""
    times = np.random.default_rng(0).permutation(100).astype(float)

    found = by_time(times, np.arange(100), SHARES)

    assert set(found[times >= 90].tolist()) == {TEST}
    assert set(found[(times >= 80) & (times < 90)].tolist()) == {VALIDATION}
    assert set(found[times < 80].tolist()) == {TRAIN}


def test_a_unit_is_as_new_as_its_newest_row() -> None:
    """An old row goes with its new copy, so that train holds nothing of the test."""
    units = np.arange(100)
    units[99] = 0

    found = by_time(np.arange(100.0), units, SHARES)

    assert found[0] == found[99] == TEST
    assert (found == TEST).sum() == 10


def test_a_unit_on_the_border_is_older() -> None:
    """A unit that would straddle the border is not torn."""
    units = np.arange(100)
    units[85:95] = 85

    found = by_time(np.arange(100.0), units, SHARES)

    assert len(set(found[85:95].tolist())) == 1
    assert set(found[95:].tolist()) == {TEST}
