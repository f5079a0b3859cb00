"""Three splits without a leak: duplicates and groups stay together, classes keep their shares, a seed repeats it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError
from luthier.facts.rows import Splits
from luthier.stages.data import duplicates
from luthier.stages.data.duplicates import Ids
from luthier.stages.data.formats._contract import UNSPLIT
from luthier.stages.data.read import Read, places_of
from luthier.stages.data.sides import TEST, TRAIN, VALIDATION, by_chance, by_time
from luthier.stages.data.times import moments

_NAMES = ("train", "validation", "test")
_ENOUGH = 0.5
"""Share of the rows that a side wants below which its split counts as failed; our choice."""


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
    """Splits that were given are respected; what is missing is taken out of train; otherwise all three are made.

    Rows that are exact or near duplicates of each other, or share a value of the group column, are on one side. Within
    that, each class is spread by the shares; see `sides.by_chance`. A time column takes the place of chance; see
    `sides.by_time`. Splits made by the same seed from the same rows are equal.

    Texts made from one template can be near to each other in a chain that holds most of the rows. Where keeping such
    chains together leaves less than half of the rows that a split wants, only exact duplicates are kept together, and
    a notice says so; a group column that was only detected gives way likewise.

    Each table of the result carries the columns `exact_cluster` and, unless the search was off, `near_cluster`.

    Args:
        read: labelled rows.
        seed: seed of the shuffle.
        validation_share, test_share: shares of all rows, above 0, together below 1.
        near_duplicates: look for near duplicates, not only exact ones.

    Raises:
        InputError: too few rows, a time that cannot be read, or a label in validation or test that train lacks.
    """
    if _NAMES[TRAIN] not in read.parts and UNSPLIT not in read.parts:
        raise InputError("there is no train part", where=read.path, next_step="add a file called train")
    table = _numbered(read, near_duplicates)
    sizes = [part.num_rows for part in read.parts.values()]
    sides = np.array([_NAMES.index(name) if name else TRAIN for name in read.parts], np.int64).repeat(sizes)
    shares = {VALIDATION: validation_share, TEST: test_share}
    missing = {side: share for side, share in shares.items() if _NAMES[side] not in read.parts}
    notices: tuple[str, ...] = ()
    if missing:
        pool = np.flatnonzero(sides == TRAIN)
        sides[pool], notices = _assigned(table.take(pa.array(pool)), missing, read, seed)
    splits = _tables(table, sides, "made" if UNSPLIT in read.parts else "given")
    _refuse_unseen(splits, read.path)
    return Split(splits, notices + _notices(read, splits))


def as_given(read: Read) -> Splits:
    """The rows as they were given, for runs that are over: nothing is made, and what was not given is empty.

    Rows in one piece are those of train.
    """
    parts = {name or _NAMES[TRAIN]: table for name, table in read.parts.items()}
    empty = next(iter(parts.values())).slice(0, 0)
    train, validation, test = (parts.get(name, empty) for name in _NAMES)
    return Splits(train, validation, test, origin="given")


def _numbered(read: Read, near: bool) -> pa.Table:
    """All rows, with the clusters they belong to."""
    table = pa.concat_tables(list(read.parts.values()), promote_options="default").unify_dictionaries()
    found = duplicates.find(table["text"], near=near)
    table = table.append_column("exact_cluster", pa.array(found.exact))
    return table if found.near is None else table.append_column("near_cluster", pa.array(found.near))


def _assigned(table: pa.Table, shares: dict[int, float], read: Read, seed: int) -> tuple[Ids, tuple[str, ...]]:
    """Side of each row, by the strictest units that leave every side enough rows, and what was given up."""
    codes = pc.index_in(table["label"], value_set=pa.array(read.classes)).to_numpy().astype(np.int64)
    times = None if read.columns.time is None else moments(table, read.columns.time)
    for units, given_up in _units(table, read):
        if times is None:
            sides = by_chance(codes, units, shares, np.random.default_rng(seed))
        else:
            sides = by_time(times, units, shares)
        if all((sides == side).sum() >= max(_ENOUGH * share * len(sides), 1) for side, share in shares.items()):
            return sides, given_up
    wanted = " and ".join(_NAMES[side] for side in sorted(shares))
    raise InputError(
        f"{len(sides)} rows that fall into {len(np.unique(units))} independent units are too few to split off {wanted}",
        where=read.path,
        next_step="add rows, name another --group, or give the splits as files train, validation and test",
    )


def _units(table: pa.Table, read: Read) -> Iterator[tuple[Ids, tuple[str, ...]]]:
    """Units to try, the strictest first, each with what it gives up."""
    exact = _first_rows(table["exact_cluster"].to_numpy())
    group = read.columns.group
    kept = (f"rows with the same '{group}' are kept on one side of the split",) if group is not None else ()
    notices: tuple[str, ...] = ()
    if "near_cluster" in table.column_names:
        near = _first_rows(table["near_cluster"].to_numpy())
        yield _with_groups(near, table, group), kept
        share = np.bincount(near).max() / len(near)
        notices = (f"near duplicates chain {share:.0%} of the rows together; only exact ones are kept on one side",)
    yield _with_groups(exact, table, group), (*notices, *kept)
    if group is not None and read.columns.how.get("group") != "named by you":
        yield exact, (*notices, f"the values of '{group}' are too few to be kept on one side of the split")


def _with_groups(units: Ids, table: pa.Table, group: str | None) -> Ids:
    """Units joined where they share a value of the group column; empty values are no group."""
    if group is None:
        return units
    values = pc.if_else(pc.equal(table[f"extra:{group}"], ""), pa.scalar(None, pa.string()), table[f"extra:{group}"])
    codes = pc.fill_null(pc.index_in(values, value_set=pc.unique(values).drop_null()), -1).to_numpy().astype(np.int64)
    known = np.flatnonzero(codes >= 0)
    return duplicates.merged(units, known, known[_first_rows(codes[known])])


def _first_rows(values: Ids) -> Ids:
    """For each row, the first row with the same value."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], np.int64)


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


def _notices(read: Read, splits: Splits) -> tuple[str, ...]:
    notices = []
    lacking = [name for name in _NAMES if name not in read.parts]
    if splits.origin == "given" and lacking:
        notices.append(f"{read.path}: no {' and no '.join(lacking)} part was given; taken out of train")
    tested = set(pc.unique(splits.test["label"]).to_pylist())
    untested = [name for name in read.classes if name not in tested]
    if untested:
        shown = ", ".join(f"'{name}'" for name in untested[:5]) + (", …" if len(untested) > 5 else "")
        notices.append(
            f"{len(untested)} classes have no row in the test, since too few of their rows are independent: {shown}"
        )
    return tuple(notices)
