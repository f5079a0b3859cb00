"""Times in the forms in which people write them."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from luthier.errors import InputError
from luthier.facts.data import Column
from luthier.facts.rows import Splits
from luthier.stages.data.formats._table import placed
from luthier.stages.data.times import _noise, _shift, moments, of_splits


def order(*values: str) -> list[int]:
    """Positions from old to new."""
    return moments(placed(pa.table({"when": values}), "x.csv"), "when").argsort().tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "values",
    [
        ("2026-02-01", "2025-12-31", "2026-02-01 10:00"),
        ("2026-02-01T00:00:00+00:00", "2026-02-01T00:30:00+01:00", "2026-02-01T00:00:00-01:00"),
        ("13/02/2026", "31/12/2025", "14/02/2026"),
        ("02/13/2026", "12/31/2025", "02/14/2026"),
        ("1.2.2026", "31.12.2025", "2.2.2026"),
        ("2026/2/1", "2025/12/31", "2026/2/2"),
        ("2026年2月1日", "2025年12月31日", "2026年2月2日"),
        ("Mon Feb 02 10:00:00 +0000 2026", "Mon Feb 02 10:00:00 +0200 2026", "Mon Feb 02 11:00:00 +0000 2026"),
        ("1700000000", "1600000000.5", "1.8e9"),
    ],
)
def test_forms(values: tuple[str, ...]) -> None:
    """Each form is ordered by time, zones taken into account."""
    assert order(*values) == [1, 0, 2]


def test_day_or_month() -> None:
    """Where both readings fit and differ, the user is asked."""
    with pytest.raises(InputError, match="day and month cannot be told apart in the time column 'when'"):
        order("01/02/2026", "03/04/2026")


@pytest.mark.parametrize("bad", ["", "soon", "nan", "inf"])
def test_no_time(bad: str) -> None:
    """A value that is no time is named with its line."""
    with pytest.raises(InputError, match=r"x.csv, line 2: '.*' in the time column 'when' is no date"):
        order("2026-02-01", bad, "2026-02-02")


@pytest.mark.parametrize(("label_of", "later"), [(lambda day: day > 60, False), (lambda day: day % 2, True)])
def test_splits_in_time(label_of: Callable[[int], int], later: bool) -> None:
    """Where scored rows lie, and whether the classes move from the oldest to the newest fifth."""
    days = range(1, 101)
    rows = [(f"2026-01-01T00:{day // 60:02}:{day % 60:02}", str(int(label_of(day)))) for day in days]
    train = rows[:80] if later else rows[::2] + rows[1::4]
    test = rows[80:] if later else rows[3::4]
    found = of_splits(splits(train, test), [Column("when", "time", 100, 0)])

    assert found is not None
    assert (found.column, found.later > 0.9) == ("when", later)
    assert (found.shift > found.noise) is not later
    assert of_splits(splits([("no date", "0")] * 60, test), [Column("when", "time", 100, 0)]) is None
    assert of_splits(splits(train, test), [Column("when", "text", 100, 0)]) is None


def test_noise_of_orders() -> None:
    """What random orders of the rows move stays below the noise in most cases, and well below the largest shift."""
    chance = np.random.default_rng(7)
    codes = np.array([0] * 150 + [1] * 90 + [2] * 10)
    orders = [chance.permutation(codes) for _ in range(400)]
    parts = [[np.bincount(some, minlength=3) for some in (order[:50], order[-50:])] for order in orders]
    below = np.mean([_shift(*one) <= _noise(np.bincount(codes), 50) for one in parts])

    assert 0.9 < below < 0.99


def splits(train: list[tuple[str, str]], test: list[tuple[str, str]]) -> Splits:
    """Times and labels of two splits."""
    tables = []
    for rows in (train, [], test):
        columns = {"when": [when for when, _ in rows], "label": [label for _, label in rows]}
        table = placed(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}), "x.csv")
        tables.append(table.rename_columns(["row", "line", "file", "extra:when", "label"]))
    return Splits(*tables, origin="given")
