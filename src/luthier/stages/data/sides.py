"""Which side of the split each row stands on: by chance within classes, or by time. Units are never torn."""

from collections import Counter

import numpy as np
import numpy.typing as npt

from luthier.stages.data.duplicates import Ids

TRAIN, VALIDATION, TEST = 0, 1, 2


def by_chance(labels: Ids, units: Ids, shares: dict[int, float], random: np.random.Generator) -> Ids:
    """Side of each row, each class spread by the shares.

    Units of several rows are placed first, the largest first, each on the side that lacks it most; single rows then
    fill up each class. A class of one row stays in train; of two, it is in train and test; larger ones are on every
    side, where units allow it.

    Args:
        labels: number of the class of each row.
        units: number of the unit of each row.
        shares: side (validation, test) to its share of the rows.
        random: where chance comes from.
    """
    sides = np.full(len(labels), TRAIN, np.int64)
    members = np.argsort(units, kind="stable")
    heads = np.flatnonzero(np.concatenate([[True], np.diff(units[members]) != 0]))
    sizes = np.diff(np.concatenate([heads, [len(members)]]))
    counts = np.bincount(labels)
    wanted = _wanted(counts, shares)
    needs = {TRAIN: counts - sum(wanted.values()), **wanted}
    wished = {side: need.tolist() for side, need in needs.items()}
    left = {side: need.copy() for side, need in wished.items()}
    several = random.permutation(np.flatnonzero(sizes > 1))
    for number in several[np.argsort(-sizes[several], kind="stable")]:
        rows = members[heads[number] : heads[number] + sizes[number]]
        sides[rows] = _place(Counter(labels[rows].tolist()), left, wished)
    _fill(labels, random.permutation(members[heads[sizes == 1]]), left, sides)
    return sides


def _wanted(counts: Ids, shares: dict[int, float]) -> dict[int, Ids]:
    """Rows of each class that each side but train wants; see `make_splits` on small classes."""
    wanted: dict[int, Ids] = {}
    left = np.maximum(counts - 1, 0)  # train keeps one row of each class
    for side in sorted(shares, reverse=True):  # the test comes first: a class of two rows is tested
        wish = np.maximum(np.floor(counts * shares[side] + 0.5).astype(np.int64), 1)
        wanted[side] = np.minimum(wish, left)
        left = left - wanted[side]
    return wanted


def _place(unit: Counter[int], left: dict[int, list[int]], wished: dict[int, list[int]]) -> int:
    """The side that still lacks the largest share of what this unit holds; it may overfill a class by a tenth."""
    best, best_lack = TRAIN, 0.0
    for side, lacks in left.items():
        wish = wished[side]
        if side != TRAIN and any(count > lacks[label] + wish[label] // 10 for label, count in unit.items()):
            continue
        lack = sum(lacks[label] for label in unit) / max(sum(wish[label] for label in unit), 1)
        if side == TRAIN or lack > best_lack:
            best, best_lack = side, lack
    for label, count in unit.items():
        left[best][label] -= count
    return best


def _fill(labels: Ids, single: Ids, left: dict[int, list[int]], sides: Ids) -> None:
    """Give single rows, in their shuffled order, to the sides that still want their class."""
    order = single[np.argsort(labels[single], kind="stable")]
    classes, heads = np.unique(labels[order], return_index=True)
    for label, rows in zip(classes, np.split(order, heads[1:]) if len(heads) else (), strict=True):
        start = 0
        for side in sorted(left, reverse=True)[:-1]:
            stop = start + max(left[side][label], 0)
            sides[rows[start:stop]] = side
            start = stop


def by_time(times: npt.NDArray[np.float64], units: Ids, shares: dict[int, float]) -> Ids:
    """Side of each row, the newest units in the test, those before them in validation.

    A unit is as new as its newest row, so that no row of train is newer than the test. A unit on the border goes to the
    older side.
    """
    newest = np.full(len(units), -np.inf)
    np.maximum.at(newest, units, times)
    order = np.lexsort((units, newest[units]))
    sides = np.full(len(units), TRAIN, np.int64)
    stop = len(units)
    for side in sorted(shares, reverse=True):
        start = stop - max(int(len(units) * shares[side] + 0.5), 1)
        while 0 < start < stop and units[order[start]] == units[order[start - 1]]:
            start += 1  # a unit on the border belongs to the older side
        sides[order[max(start, 0) : stop]] = side
        stop = max(start, 0)
    return sides
