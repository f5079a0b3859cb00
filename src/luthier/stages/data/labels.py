"""Labels as class names: spellings folded, missing ones told, classes in a fixed order."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

_MISSING = frozenset({"", "nan", "NaN", "NAN", "<NA>", "null", "NULL"})
"""What writers leave for a missing value. "None" and "N/A" are not here: people use them as classes."""


@dataclass(frozen=True, slots=True)
class Folding:
    """How spellings became class names.

    Attributes:
        names: spelling in the file to class name, or to None where it stands for a missing label.
        variants: class name to its spellings, where there were several.
        classes: class names in their fixed order.
    """

    names: dict[str, str | None]
    variants: dict[str, tuple[str, ...]]
    classes: tuple[str, ...]


def folding(columns: Iterable[pa.ChunkedArray], declared: tuple[str, ...] = ()) -> Folding:
    """Fold the spellings of labels over all parts of the data.

    Spellings that differ in case or stray space are one class, called by its most frequent spelling; "1.0" and "1" are
    one where all labels are whole numbers. Classes come in the order in which the format declares them, else by number,
    else by alphabet.

    Args:
        columns: label columns, strings.
        declared: class names in id order, from the format.
    """
    counts: Counter[str] = Counter()
    for column in columns:
        for pair in pc.value_counts(column.drop_null()).to_pylist():
            counts[pair["values"]] += pair["counts"]
    trimmed = {spelling: " ".join(spelling.split()) for spelling in counts}
    present = [spelling for spelling in counts if trimmed[spelling] not in _MISSING]
    whole = all(re.fullmatch(r"-?\d+(\.0+)?", trimmed[one]) for one in present)
    families: dict[str, list[str]] = defaultdict(list)
    for spelling in sorted(present, key=lambda one: (-counts[one], one)):
        name = trimmed[spelling].partition(".")[0] if whole else trimmed[spelling]
        families[name.casefold()].append(spelling)
    names: dict[str, str | None] = dict.fromkeys(counts)
    variants = {}
    for spellings in families.values():
        best = trimmed[spellings[0]].partition(".")[0] if whole else trimmed[spellings[0]]
        names.update(dict.fromkeys(spellings, best))
        if len(spellings) > 1:
            variants[best] = tuple(spellings)
    found = {name for name in names.values() if name is not None}
    return Folding(names, variants, _ordered(found, declared))


def _ordered(found: set[str], declared: tuple[str, ...]) -> tuple[str, ...]:
    known = [name for name in declared if name in found]
    rest = found - set(known)
    numbers = all(re.fullmatch(r"-?\d+", name) for name in rest)
    return (*known, *(sorted(rest, key=int) if numbers else sorted(rest)))


def folded(column: pa.ChunkedArray, fold: Folding) -> pa.ChunkedArray:
    """A label column with class names in place of spellings; null where a label is missing."""
    spellings = pa.array(list(fold.names), pa.string())
    names = pa.array(list(fold.names.values()), pa.string())
    return pc.take(names, pc.index_in(column, value_set=spellings))
