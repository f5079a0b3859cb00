"""Authors in train and test."""

import pytest

from luthier.facts.data import Column, GroupOverlap
from luthier.facts.finding import Moment
from luthier.failures.data.group_on_both_sides import fix
from tests.failures.examples import data, look, seen, splits

NAME = "group_on_both_sides"
COLUMN = (Column("author", "group", 20, 0),)


def group(rows: int, *, named: bool, column: str = "author") -> GroupOverlap:
    """A column of 20 values, 5 of them on both sides."""
    return GroupOverlap(column, 20, 5 if rows else 0, rows, 100, "test", named, ("ann",))


@pytest.mark.parametrize(
    ("rows", "named", "severity"), [(1, True, "error"), (6, False, "warning"), (100, False, "warning")]
)
def test_seen(rows: int, named: bool, severity: str) -> None:
    """Any row of a named group, and a share of rows beyond noise (5.9 points) of one that only looks like a group."""
    found = seen(NAME, Moment.BEFORE, data=data(columns=COLUMN, groups=(group(rows, named=named),)))

    assert found.severity == severity
    assert found.place.name == "author"


@pytest.mark.parametrize("groups", [(), (group(0, named=True),), (group(5, named=False),)])
def test_clear(groups: tuple[GroupOverlap, ...]) -> None:
    """No group, no shared value, or too few rows of a column that only looks like a group."""
    assert look(NAME, Moment.BEFORE, data=data(columns=COLUMN, groups=groups)) is None


def test_the_named_group_goes_first() -> None:
    """What the user named is told before what merely looks worse."""
    groups = (group(90, named=False, column="page"), group(1, named=True))

    assert seen(NAME, Moment.BEFORE, data=data(columns=COLUMN, groups=groups)).numbers["column"] == "author"


def test_not_looked() -> None:
    """A foreign run without its data file has no columns."""
    assert "columns" in str(look(NAME, Moment.BEFORE, data=data()))


def test_fix_drops_shared_groups() -> None:
    """Rows of authors that train has go; empty values are nobody's; a second time changes nothing."""
    before = splits(["a", "b"], ["c", "d"], ["e", "f"], author=[["ann", ""], ["ann", "bob"], ["cy", ""]])
    finding = seen(NAME, Moment.BEFORE, data=data(columns=COLUMN, groups=(group(1, named=True),)))

    after = fix(before, finding)

    assert after.validation["text"].to_pylist() == ["d"]
    assert after.test["text"].to_pylist() == ["e", "f"]
    assert fix(after, finding) == after
