"""Times of a column as numbers that can be ordered, and how splits and classes lie in them."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError
from luthier.facts.data import Column
from luthier.facts.rows import Splits
from luthier.facts.texts import TimeFacts
from luthier.stages.data.read import places_of

_FORMS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日"),
    "%a %b %d %H:%M:%S %z %Y",
)
_PART, _ORDERS, _FEWEST = 5, 200, 50

Counts = npt.NDArray[np.int64]


def of_splits(splits: Splits, columns: Sequence[Column], named: str | None = None) -> TimeFacts | None:
    """How scored rows lie in time beside training rows, and how far class shares move from oldest to newest.

    Args:
        splits: the rows; the test is the scored split, or validation where there is no test.
        columns: the columns as they look.
        named: the column that ordered the split; None for the first one that looks like times.

    Returns:
        None without a column of times that can be read in all rows, and with fewer than 50 rows.
    """
    column = named or next((one.name for one in columns if one.kind == "time"), None)
    scored = splits.test if splits.test.num_rows else splits.validation
    table = pa.concat_tables([splits.train, scored], promote_options="default")
    if column is None or f"extra:{column}" not in table.column_names or table.num_rows < _FEWEST:
        return None
    try:
        times = moments(table, column)
    except InputError:
        return None
    codes = pc.dictionary_encode(table["label"].unify_dictionaries().combine_chunks()).indices.to_numpy(
        zero_copy_only=False
    )
    counts, part = np.bincount(codes), len(codes) // _PART
    order = np.argsort(times, kind="stable")
    first, last = (np.bincount(codes[some], minlength=len(counts)) for some in (order[:part], order[-part:]))
    later = _later(times[: splits.train.num_rows], times[splits.train.num_rows :])
    return TimeFacts(column, later, _shift(first, last), _noise(counts, part))


def _shift(first: Counts, last: Counts) -> float:
    """Total variation distance between the class shares of two parts of one size."""
    return float(np.abs(first - last).sum() / (2 * first.sum()))


def _noise(counts: Counts, part: int) -> float:
    """The shift between two parts of this size that 95 of 100 random orders stay below."""
    chance = np.random.default_rng(0)
    firsts = chance.multivariate_hypergeometric(counts, part, size=_ORDERS, method="marginals")
    lasts = (chance.multivariate_hypergeometric(counts - one, part, method="marginals") for one in firsts)
    return float(np.quantile([_shift(one, two) for one, two in zip(firsts, lasts, strict=True)], 0.95))


def _later(train: npt.NDArray[np.float64], scored: npt.NDArray[np.float64]) -> float:
    """Chance that a scored row is later than a training row; half where none is scored."""
    if not len(scored) or not len(train):
        return 0.5
    ordered = np.sort(train)
    below = np.searchsorted(ordered, scored, "left") + np.searchsorted(ordered, scored, "right")
    return float(below.mean() / (2 * len(train)))


def moments(table: pa.Table, column: str) -> npt.NDArray[np.float64]:
    """Times of a column as seconds, or as the numbers that stand there.

    Raises:
        InputError: a value is no number and no date, or day and month cannot be told apart.
    """
    values = table[f"extra:{column}"].to_pylist()
    forms: list[Callable[[str], float]] = [_number, _iso, *(partial(_formed, form) for form in _FORMS)]
    attempts = [_readable(values, form) for form in forms]
    readings = [found for found in attempts if len(found) == len(values)]
    if not readings:
        bad = max(map(len, attempts))
        place = places_of(table.slice(bad, 1))[0]
        raise InputError(
            f"'{values[bad] or ''}' in the time column '{column}' is no date in the form of the others",
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


def _readable(values: Sequence[str | None], read: Callable[[str], float]) -> list[float]:
    """Times up to the first value that this form does not fit."""
    found = []
    for value in values:
        try:
            found.append(read(value or ""))
        except (ValueError, OverflowError):
            break
    return found


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
