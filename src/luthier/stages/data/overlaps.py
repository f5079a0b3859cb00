"""Which rows of a scored split also stand in another split."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luthier.facts.data import Column, GroupOverlap, Overlap, SplitName
from luthier.facts.rows import Splits
from luthier.stages.data import duplicates
from luthier.stages.data.duplicates import Ids
from luthier.stages.data.read import places_of

SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")
PAIRS: tuple[tuple[SplitName, SplitName], ...] = (("test", "train"), ("validation", "train"), ("test", "validation"))
_EXAMPLES = 20
_PARTNERS = 16  # rows of the other split with which a row is compared, in large clusters

Keys = Mapping[SplitName, Ids]
Tables = Mapping[SplitName, pa.Table]


def numbered(splits: Splits, *, near: bool) -> Splits:
    """Splits with the columns `exact_cluster` and, if asked for, `near_cluster`; looked for where they are missing."""
    wanted = {"exact_cluster", "near_cluster"} if near else {"exact_cluster"}
    if all(wanted <= set(splits[name].column_names) for name in SPLITS):
        return splits
    sizes = [splits[name].num_rows for name in SPLITS]
    texts = pa.chunked_array([chunk for name in SPLITS for chunk in splits[name]["text"].chunks], pa.string())
    found = duplicates.find(texts, near=near)
    ends = np.cumsum(sizes)[:-1]
    for column, clusters in (("exact_cluster", found.exact), ("near_cluster", found.near)):
        for name, part in zip(SPLITS, np.split(clusters, ends) if clusters is not None else [], strict=False):
            table = splits[name].drop_columns([column] if column in splits[name].column_names else [])
            splits = splits.with_split(name, table.append_column(column, pa.array(part)))
    return splits


def exact(table: pa.Table) -> Ids:
    """Exact cluster of each row."""
    return np.asarray(table["exact_cluster"].to_numpy(), np.int64)


def repeats(keys: Ids) -> int:
    """Rows that repeat an earlier one."""
    return len(keys) - len(np.unique(keys))


def exact_between(splits: Splits) -> tuple[Overlap, ...]:
    """Exact overlaps of the three pairs of splits; pairs without any are left out."""
    tables = {name: splits[name] for name in SPLITS}
    return between(tables, {name: exact(table) for name, table in tables.items()})


def between(tables: Tables, keys: Keys, not_by: Keys | None = None) -> tuple[Overlap, ...]:
    """Rows of one split whose key stands in another.

    Args:
        tables: the splits.
        keys: a number per row and split; equal numbers mean a match.
        not_by: rows that match by these keys too are not counted.
    """
    found = []
    for split, other in PAIRS:
        hit = np.isin(keys[split], keys[other])
        if not_by is not None:
            hit &= ~np.isin(not_by[split], not_by[other])
        rows = np.flatnonzero(hit)
        if len(rows):
            partners, same = _partners(tables[split], keys[split], rows, tables[other], keys[other])
            found.append(_overlap(split, other, tables, rows, partners, same))
    return tuple(found)


def _partners(table: pa.Table, keys: Ids, rows: Ids, other: pa.Table, other_keys: Ids) -> tuple[Ids, Ids]:
    """For each row its first partner, and whether some partner carries its label (0 or 1)."""
    order = np.argsort(other_keys, kind="stable")
    partners = order[np.searchsorted(other_keys[order], keys[rows])]
    names = pa.array(sorted({*pc.unique(table["label"]).to_pylist(), *pc.unique(other["label"]).to_pylist()}))
    labels = pc.index_in(table["label"], value_set=names).to_numpy().astype(np.int64)
    other_labels = pc.index_in(other["label"], value_set=names).to_numpy().astype(np.int64)
    width = len(names)
    same = np.isin(keys[rows] * width + labels[rows], other_keys * width + other_labels)
    return partners, same.astype(np.int64)


def _overlap(split: SplitName, other: SplitName, tables: Tables, rows: Ids, partners: Ids, same: Ids) -> Overlap:
    left = places_of(tables[split].take(pa.array(rows[:_EXAMPLES])))
    right = places_of(tables[other].take(pa.array(partners[:_EXAMPLES])))
    pairs = tuple(zip(left, right, strict=True))
    return Overlap(split, other, len(rows), tables[split].num_rows, int(same.sum()), pairs)


def near_between(splits: Splits) -> tuple[Overlap, ...]:
    """Near overlaps of the three pairs, exact ones not counted.

    A cluster may join rows that are near only through a third, so each row is compared with up to 16 rows of its
    cluster in the other split, and counts only when one of them is truly near.
    """
    tables = {name: splits[name] for name in SPLITS}
    found = []
    for split, other in PAIRS:
        rows, partners = _near_rows(tables[split], tables[other])
        if len(rows):
            labels = tables[split]["label"].take(pa.array(rows)), tables[other]["label"].take(pa.array(partners))
            same = pc.equal(*labels).to_numpy().astype(np.int64)
            found.append(_overlap(split, other, tables, rows, partners, same))
    return tuple(found)


def _near_rows(table: pa.Table, other: pa.Table) -> tuple[Ids, Ids]:
    keys, other_keys = table["near_cluster"].to_numpy(), other["near_cluster"].to_numpy()
    rows = np.flatnonzero(np.isin(keys, other_keys) & ~np.isin(exact(table), exact(other)))
    order = np.argsort(other_keys, kind="stable")
    start = np.searchsorted(other_keys[order], keys[rows], side="left")
    stop = np.searchsorted(other_keys[order], keys[rows], side="right")
    counts = np.minimum(stop - start, _PARTNERS)
    first = np.repeat(np.arange(len(rows)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    second = order[np.repeat(start, counts) + offset]
    used, places = np.unique(second, return_inverse=True)
    texts = [table["text"].take(pa.array(rows)), other["text"].take(pa.array(used))]
    normal = duplicates.normal_forms(pa.chunked_array([c for t in texts for c in t.chunks], pa.string()))
    likeness = duplicates.similarity(normal.combine_chunks(), first, len(rows) + places)
    near = np.flatnonzero(likeness >= duplicates.THRESHOLD)
    hit, at = np.unique(first[near], return_index=True)
    return rows[hit], second[near[at]]


def of_groups(splits: Splits, columns: tuple[Column, ...], named: str | None) -> tuple[GroupOverlap, ...]:
    """How the values of group-like columns straddle train and each scored split; empty values are no group."""
    found = []
    for column in columns:
        if column.kind != "group" and column.name != named:
            continue
        values = {name: splits[name][f"extra:{column.name}"] for name in SPLITS}
        train = _filled(pc.unique(values["train"]))
        for split in SPLITS[1:]:
            own = _filled(pc.unique(values[split]))
            shared = own.filter(pc.is_in(own, value_set=train))
            rows = pc.sum(pc.is_in(values[split], value_set=shared)).as_py() or 0
            examples = tuple(shared.slice(0, 5).to_pylist())
            total = splits[split].num_rows
            overlap = GroupOverlap(
                column.name, column.distinct, len(shared), rows, total, split, column.name == named, examples
            )
            found.append(overlap)
    return tuple(found)


def _filled(values: pa.Array) -> pa.Array:
    return values.filter(pc.fill_null(pc.not_equal(values, ""), False))
