"""Times of a column as numbers that can be ordered."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from luthier.errors import InputError
from luthier.stages.data.read import places_of

_FORMS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日"),
    "%a %b %d %H:%M:%S %z %Y",
)


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
