"""Equal texts with different labels, and the accuracy that they leave possible."""

import unicodedata
from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luthier.facts.data import Conflict
from luthier.stages.data.overlaps import exact
from luthier.stages.data.read import places_of

_MOST = 100
_MOST_ROWS = 20


def find(table: pa.Table) -> tuple[tuple[Conflict, ...], int, float]:
    """Conflicting texts of all splits.

    Two texts are equal here when they differ at most in case, Unicode form and spacing: punctuation may carry the label
    (":)" and ":("), so it counts, other than for duplicates.

    Args:
        table: all rows, with `exact_cluster`.

    Returns:
        At most 100 conflicts with at most 20 rows each, the largest first; rows that belong to any conflict; and the
        best accuracy that a model can reach, which always answers with the most frequent label of each text.
    """
    suspects = _mixed(table)
    groups: dict[str, list[int]] = defaultdict(list)
    rows = table.take(pa.array(suspects))
    labels = rows["label"].to_pylist()
    for position, text in enumerate(rows["text"].to_pylist()):
        groups[" ".join(unicodedata.normalize("NFKC", text).casefold().split())].append(position)
    mixed = {text: members for text, members in groups.items() if len({labels[one] for one in members}) > 1}
    lost = sum(len(members) - max(Counter(labels[one] for one in members).values()) for members in mixed.values())
    largest = sorted(mixed.values(), key=lambda members: (-len(members), members[0]))[:_MOST]
    found = tuple(_conflict(rows, members[:_MOST_ROWS]) for members in largest)
    total = table.num_rows
    return found, sum(map(len, mixed.values())), 1 - lost / total if total else 1.0


def _mixed(table: pa.Table) -> np.ndarray:
    """Rows of clusters of equal normal forms that carry several labels."""
    clusters = exact(table)
    labels = pc.dictionary_encode(table["label"].combine_chunks()).indices.to_numpy(zero_copy_only=False)
    pairs = np.unique(np.stack([clusters, labels.astype(np.int64)], axis=1), axis=0)
    names, counts = np.unique(pairs[:, 0], return_counts=True)
    return np.flatnonzero(np.isin(clusters, names[counts > 1]))


def _conflict(rows: pa.Table, members: list[int]) -> Conflict:
    part = rows.take(pa.array(members))
    return Conflict(part["text"][0].as_py(), places_of(part), tuple(part["label"].to_pylist()))
