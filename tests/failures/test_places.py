"""Rows in places and messages."""

from luthier.facts.data import Column, Overlap
from luthier.facts.places import RowPlace
from luthier.failures._places import column_used, counted, first_pair, place_of_rows
from tests.failures.examples import data


def test_twenty_rows() -> None:
    """More are not listed."""
    place = place_of_rows("test", (RowPlace("a.csv", i + 1, i) for i in range(1, 40)))

    assert (place.name, place.rows, place.lines) == ("test", tuple(range(1, 21)), tuple(range(2, 22)))


def test_first_pair() -> None:
    """Rows with the names of their files, without folders; question marks where nothing is listed."""
    pair = (RowPlace("rows/test.csv", 8, 7), RowPlace("rows/train.csv", 4, 3))

    found = first_pair(Overlap("test", "train", 1, 9, 1, (pair,)))

    assert found == {"first_row": 7, "file": "test.csv", "first_other": 3, "other_file": "train.csv"}
    assert set(first_pair(Overlap("test", "train", 1, 9, 1)).values()) == {"?"}


def test_counted() -> None:
    """Shares in percent; a line only where rows are listed."""
    assert counted(3, 12) == {"count": 3, "total": 12, "percent": 25}
    assert counted(3, 12, (RowPlace("a.csv", 8, 7),))["line"] == 8


def test_column_used() -> None:
    """By its role; the role itself where nobody looked at the columns."""
    columns = (Column("body", "text", 10, 0, "text"), Column("topic", "label", 2, 0, "label"))

    assert [column_used(data(columns=columns), role).name for role in ("text", "label")] == ["body", "topic"]
    assert column_used(data(), "text").name == "text"
