"""Rows that are nearly trained on."""

import pytest

from luthier.facts.data import Overlap
from luthier.facts.finding import Moment
from luthier.failures.data.near_duplicates_across_splits import fix
from tests.failures.examples import data, look, place, seen, splits

NAME = "near_duplicates_across_splits"
LONG = "the retired teacher sliced a loaf of rye bread on sunday morning and nobody helped"


def near(rows: int, total: int = 100) -> Overlap:
    """Test rows that nearly stand in train."""
    return Overlap("test", "train", rows, total, rows, ((place(7), place(3)),))


@pytest.mark.parametrize(("rows", "severity"), [(1, "warning"), (5, "warning"), (6, "error")])
def test_seen(rows: int, severity: str) -> None:
    """It is an error from the share on that a score on 100 rows tells from noise, 5.9 points."""
    found = seen(NAME, Moment.BEFORE, data=data(near_overlaps=(near(rows),)))

    assert found.severity == severity
    assert found.numbers["threshold"] == 0.8
    assert found.place.rows == (7,)


def test_clear() -> None:
    """Nothing near."""
    assert look(NAME, Moment.BEFORE, data=data(near_overlaps=(near(0),))) is None


def test_not_looked() -> None:
    """The search was switched off."""
    assert "not searched" in str(look(NAME, Moment.BEFORE, data=data(near_overlaps=None)))


def test_fix_drops_near_copies() -> None:
    """Near copies go from the scored splits, others stay; a second time changes nothing."""
    before = splits([LONG, "another text altogether"], [f"Well: {LONG}", "something new here"], ["quite another thing"])
    finding = seen(NAME, Moment.BEFORE, data=data(near_overlaps=(near(1),)))

    after = fix(before, finding)

    assert after.validation["text"].to_pylist() == ["something new here"]
    assert after.test is before.test
    assert fix(after, finding) == after
