"""Names of classes: when they say nothing, and when two lists of them are about the same classes."""

import re
from collections.abc import Sequence

from luthier.facts.census import BatchCensus, LabelColumn

_PLACEHOLDER = re.compile(r"LABEL_\d+")
_NUMBER = re.compile(r"[+-]?\d*\.?\d+\.?")
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
_SHOWN = 6
_STEM = 3
ROWS_EACH = 10


def placeholders(names: Sequence[str]) -> bool:
    """Whether these are the names that Transformers gives to classes without one, or none at all."""
    return all(_PLACEHOLDER.fullmatch(name) for name in names)


def named(names: Sequence[str]) -> bool:
    """Whether there are at least two names, and they are neither placeholders nor mere numbers."""
    return len(names) > 1 and not placeholders(names) and not all(_NUMBER.fullmatch(name.strip()) for name in names)


def folded(names: Sequence[str]) -> tuple[str, ...]:
    """Names without case, and with one space for whatever parts their words."""
    return tuple(re.sub(r"[\W_]+", " ", name).strip().casefold() for name in names)


def moved(names: Sequence[str], others: Sequence[str]) -> list[str]:
    """Names that both lists hold at different places, in the order of the first; none where a name stands twice."""
    one, other = folded(names), folded(others)
    if len(set(one)) < len(one) or len(set(other)) < len(other):
        return []
    return [names[at] for at, name in enumerate(one) if name in other and other.index(name) != at]


def unlike(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether no name of one list is like one of the other: equal, alike in the first three letters, as "neg" and
    "negative" are, or a code of one or two letters with which the other begins.
    """
    pairs = ((one, other) for one in folded(names) for other in folded(others))
    return not any(one.startswith(other[:_STEM]) or other.startswith(one[:_STEM]) for one, other in pairs)


def listed(names: Sequence[str]) -> str:
    """The first six names."""
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def ids_of(names: Sequence[str]) -> list[int]:
    """The names as whole numbers, in order; empty where one of them is none."""
    if not names or not all(_WHOLE.fullmatch(name.strip()) for name in names):
        return []
    return sorted(int(float(name)) for name in names)


def labels_seen(census: BatchCensus) -> LabelColumn:
    """Class ids of the whole data sets; where rows are made only when they are asked for, those of the first batches,
    each counted once.
    """
    if census.given is not None:
        return census.given
    whole = all(value == value // 1 for value in census.label_values)
    return LabelColumn(dict.fromkeys(map(int, census.label_values), 1) if whole else {})


def enough(rows: int, outputs: int) -> bool:
    """Whether a class without a row is more than chance: an even share would be ten rows. The ten is ours."""
    return rows >= ROWS_EACH * outputs
