"""Rows that are scored and trained on."""

import pytest

from luthier.facts.data import Overlap
from luthier.facts.finding import Moment
from luthier.failures.data.train_test_overlap import fix
from tests.failures.examples import data, look, place, seen, splits

NAME = "train_test_overlap"


def overlap(rows: int, total: int = 100, split: str = "test") -> Overlap:
    """Rows of a split that stand in train, two of them listed."""
    return Overlap(split, "train", rows, total, rows, ((place(7), place(3)), (place(9), place(4))))  # type: ignore[arg-type]


def test_seen() -> None:
    """The worst overlap is told with its share and the places of its rows."""
    found = seen(NAME, Moment.BEFORE, data=data(overlaps=(overlap(3, split="validation"), overlap(20))))

    assert found.numbers["percent"] == 20
    assert (found.place.name, found.place.rows, found.place.lines) == ("test", (7, 9), (8, 10))


@pytest.mark.parametrize(("rows", "severity"), [(1, "warning"), (5, "warning"), (6, "error"), (100, "error")])
def test_severity(rows: int, severity: str) -> None:
    """It is an error from the share on that a score on 100 rows tells from noise, 5.9 points."""
    assert seen(NAME, Moment.BEFORE, data=data(overlaps=(overlap(rows),))).severity == severity


@pytest.mark.parametrize("overlaps", [(), (overlap(0),), (overlap(9, split="train"),)])
def test_clear(overlaps: tuple[Overlap, ...]) -> None:
    """No rows in common, or none that are scored."""
    assert look(NAME, Moment.BEFORE, data=data(overlaps=overlaps)) is None


def test_fix_drops_scored_rows() -> None:
    """Rows go from validation and test, whatever their spelling; train stays; a second time changes nothing."""
    before = splits(["One text.", "two"], ["ONE  text", "three"], ["Three!", "four", "two"])
    finding = seen(NAME, Moment.BEFORE, data=data(overlaps=(overlap(1),)))

    after = fix(before, finding)

    assert after.train is before.train
    assert after.validation["text"].to_pylist() == ["three"]
    assert after.test["text"].to_pylist() == ["four"]
    assert fix(after, finding) == after


def test_fix_leaves_no_split_empty() -> None:
    """Where every row of a split leaks, the split stays."""
    before = splits(["one"], ["one"], ["one", "two"])

    after = fix(before, seen(NAME, Moment.BEFORE, data=data(overlaps=(overlap(1),))))

    assert after.validation.num_rows == 1
    assert after.test["text"].to_pylist() == ["two"]
