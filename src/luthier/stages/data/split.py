"""Three splits without a leak: duplicates and groups stay together, classes keep their shares, a seed repeats it."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError
from luthier.facts.rows import Splits
from luthier.stages.data import duplicates
from luthier.stages.data.duplicates import Ids
from luthier.stages.data.formats._contract import UNSPLIT
from luthier.stages.data.read import Read, places_of

TRAIN, VALIDATION, TEST = 0, 1, 2
_NAMES = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Split:
    """The splits, and what the user should be told about them."""

    splits: Splits
    notices: tuple[str, ...]


def make_splits(
    read: Read,
    *,
    seed: int = 42,
    validation_share: float = 0.1,
    test_share: float = 0.1,
    near_duplicates: bool = True,
) -> Split:
    """Splits that were given are respected; what is missing is carved out of train; otherwise all three are made.

    Rows that are exact or near duplicates of each other, or share a value of the group column, are on one side. Within
    that, each class is spread by the shares. A class of one row goes to train; of two, to train and test; larger ones
    have at least one row in each split. A time column takes the place of chance: the newest units test, those before
    them validate; a unit is as new as its newest row, so that no row of train is newer than the test. Splits made by
    the same seed from the same rows are equal.

    Each table of the result carries the columns `exact_cluster` and, unless the search was off, `near_cluster`.

    Args:
        read: labelled rows.
        seed: seed of the shuffle.
        validation_share, test_share: shares of all rows, above 0, together below 1.
        near_duplicates: look for near duplicates, not only exact ones.

    Raises:
        InputError: too few rows, a time that cannot be read, or a label in validation or test that train lacks.
    """
    table = _numbered(read, near_duplicates)
    sides = np.array([_NAMES.index(name) if name else TRAIN for name in read.parts]).repeat(
        [part.num_rows for part in read.parts.values()]
    )
    wanted = {VALIDATION: validation_share, TEST: test_share}
    missing = {side: share for side, share in wanted.items() if _NAMES[side] not in read.parts}
    if _NAMES[TRAIN] not in read.parts and UNSPLIT not in read.parts:
        raise InputError("there is no train part", where=read.path, next_step="add a file called train")
    if missing:
        pool = np.flatnonzero(sides == TRAIN)
        units = _units(table.take(pa.array(pool)), read.columns.group)
        sides[pool] = _assigned(table.take(pa.array(pool)), units, missing, read, seed)
    splits = _tables(table, sides, "made" if UNSPLIT in read.parts else "given")
    _refuse_unseen(splits, read.path)
    return Split(splits, _notices(read, splits, bool(missing)))


def _numbered(read: Read, near: bool) -> pa.Table:
    """All rows, with the clusters they belong to."""
    table = pa.concat_tables(list(read.parts.values()), promote_options="default").unify_dictionaries()
    found = duplicates.find(table["text"], near=near)
    table = table.append_column("exact_cluster", pa.array(found.exact))
    return table if found.near is None else table.append_column("near_cluster", pa.array(found.near))


def _units(table: pa.Table, group: str | None) -> Ids:
    """Number of the unit of each row: rows that must stay together, joined over clusters and groups."""
    near = "near_cluster" if "near_cluster" in table.column_names else "exact_cluster"
    units = _first_rows(table[near].to_numpy())
    if group is not None:
        values = table[f"extra:{group}"]
        codes = pc.dictionary_encode(values.combine_chunks()).indices.to_numpy(zero_copy_only=False)
        known = np.flatnonzero(
            ~np.isnan(codes.astype(float)) & (pc.fill_null(pc.not_equal(values, ""), False).to_numpy())
        )
        units = duplicates.merged(units, known, known[_first_rows(codes[known].astype(np.int64))])
    return units


def _first_rows(values: Ids) -> Ids:
    """For each row, the first row with the same value."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], np.int64)


def _assigned(table: pa.Table, units: Ids, shares: dict[int, float], read: Read, seed: int) -> Ids:
    if read.columns.time is not None:
        return _by_time(table, units, shares, read)
    codes = pc.index_in(table["label"], value_set=pa.array(read.classes)).to_numpy().astype(np.int64)
    sides = _by_chance(codes, units, shares, np.random.default_rng(seed))
    for side in shares:
        if not (sides == side).any():
            raise InputError(
                f"{len(sides)} rows in {len(np.unique(units))} independent units give no {_NAMES[side]} split",
                where=read.path,
                next_step="add rows; ten a class is a beginning",
            )
    return sides


def _by_chance(labels: Ids, units: Ids, shares: dict[int, float], random: np.random.Generator) -> Ids:
    """Side of each row. Units of several rows are placed first, largest first; single rows then fill up each class."""
    sides = np.full(len(labels), TRAIN, np.int64)
    members = np.argsort(units, kind="stable")
    heads = np.flatnonzero(np.concatenate([[True], np.diff(units[members]) != 0]))
    sizes = np.diff(np.concatenate([heads, [len(members)]]))
    counts = np.bincount(labels)
    wanted = _wanted(counts, shares)
    needs = {TRAIN: counts - sum(wanted.values()), **wanted}
    left = {side: need.tolist() for side, need in needs.items()}
    several = random.permutation(np.flatnonzero(sizes > 1))
    for number in several[np.argsort(-sizes[several], kind="stable")]:
        rows = members[heads[number] : heads[number] + sizes[number]]
        sides[rows] = _place(Counter(labels[rows].tolist()), left, needs)
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


def _place(unit: Counter[int], left: dict[int, list[int]], needs: dict[int, Ids]) -> int:
    """The side that still lacks the largest share of what this unit holds; it may overfill a class by a tenth."""
    best, best_lack = TRAIN, 0.0
    for side, lacks in left.items():
        need = needs[side]
        if side != TRAIN and any(count > lacks[label] + need[label] // 10 for label, count in unit.items()):
            continue
        lack = sum(lacks[label] for label in unit) / max(sum(int(need[label]) for label in unit), 1)
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


def _by_time(table: pa.Table, units: Ids, shares: dict[int, float], read: Read) -> Ids:
    times = moments(table, str(read.columns.time))
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


def moments(table: pa.Table, column: str) -> npt.NDArray[np.float64]:
    """Times of a column as seconds, or as the numbers that stand there.

    Raises:
        InputError: a value is no number and no date, or day and month cannot be told apart.
    """
    values = table[f"extra:{column}"].to_pylist()
    readings = [found for read in (_number, _iso) if (found := _all(values, read)) is not None]
    for form in _FORMS:
        readings += [found] if (found := _all(values, partial(_formed, form))) is not None else []
    if not readings:
        bad = next((n for n, value in enumerate(values) if not value), 0)
        place = places_of(table.slice(bad, 1))[0]
        raise InputError(
            f"'{values[bad]}' in the time column '{column}' is no date in the form of the others",
            where=f"{place.file}, line {place.line}",
            next_step="write all times alike, best as 2026-01-31 or as numbers",
        )
    if any(found != readings[0] for found in readings[1:]):
        raise InputError(
            f"day and month cannot be told apart in the time column '{column}' ('{values[0]}')",
            where=table["file"][0].as_py(),
            next_step="write dates as 2026-01-31",
        )
    return np.array(readings[0])


_FORMS = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y年%m月%d日",
    "%a %b %d %H:%M:%S %z %Y",
)


def _all(values: Sequence[str | None], read: Callable[[str], float]) -> list[float] | None:
    try:
        return [read(value or "") for value in values]
    except ValueError:
        return None


def _number(value: str) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _iso(value: str) -> float:
    return _seconds(datetime.fromisoformat(value.strip()))


def _formed(form: str, value: str) -> float:
    return _seconds(datetime.strptime(value.strip(), form))


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _tables(table: pa.Table, sides: Ids, origin: Literal["given", "made"]) -> Splits:
    def part(side: int) -> pa.Table:
        return table.take(pa.array(np.flatnonzero(sides == side)))

    return Splits(part(TRAIN), part(VALIDATION), part(TEST), origin)


def _refuse_unseen(splits: Splits, path: str) -> None:
    known = pc.unique(splits.train["label"])
    for name, table in (("validation", splits.validation), ("test", splits.test)):
        unseen = table.filter(pc.invert(pc.is_in(table["label"], value_set=known)))
        if unseen.num_rows:
            place, label = places_of(unseen.slice(0, 1))[0], unseen["label"][0].as_py()
            raise InputError(
                f"the label '{label}' stands in {name} and never in train ({unseen.num_rows} such rows)",
                where=f"{place.file}, line {place.line}",
                next_step="add rows of that class to train, or correct the label",
            )


def _notices(read: Read, splits: Splits, carved: bool) -> tuple[str, ...]:
    notices = []
    if splits.origin == "given" and carved:
        lacking = [name for name in _NAMES if name not in read.parts]
        notices.append(f"{read.path}: no {' and no '.join(lacking)} part was given; taken out of train")
    if read.columns.group is not None and carved:
        notices.append(f"rows with the same '{read.columns.group}' are kept on one side of the split")
    tested = set(pc.unique(splits.test["label"]).to_pylist())
    untested = [name for name in read.classes if name not in tested]
    if untested:
        shown = ", ".join(f"'{name}'" for name in untested[:5]) + (", …" if len(untested) > 5 else "")
        notices.append(f"{len(untested)} classes have no row in the test, too few to share out: {shown}")
    return tuple(notices)
