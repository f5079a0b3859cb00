"""Rows of the user's files, in places and in the words of messages."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import PurePath

from luthier.facts.data import DataFacts, Overlap
from luthier.facts.finding import Number, Place
from luthier.facts.places import RowPlace

MOST = 20


def place_of_rows(name: str, rows: Iterable[RowPlace]) -> Place:
    """The first twenty rows; `name` is their split, or empty."""
    listed = list(islice(rows, MOST))
    numbers, lines = tuple(row.row for row in listed), tuple(row.line for row in listed)
    return Place("rows", name, numbers, lines, files=tuple(row.file for row in listed))


def column_used(data: DataFacts, role: str) -> Place:
    """The column that is used as "text" or "label"; the role itself where the columns are not known."""
    return Place("column", next((one.name for one in data.columns if one.used_as == role), role))


def counted(count: int, total: int, rows: Sequence[RowPlace] = ()) -> dict[str, Number]:
    """How many of how many, as `count`, `total` and `percent`; with the line of the first row as `line`, where rows are
    listed.
    """
    numbers: dict[str, Number] = {"count": count, "total": total, "percent": 100 * count / total}
    return {**numbers, "line": rows[0].line} if rows else numbers


def first_pair(overlap: Overlap) -> dict[str, Number]:
    """The first listed pair of rows with their files, as `first_row`, `file`, `first_other` and `other_file`."""
    if not overlap.examples:
        return {"first_row": "?", "file": "?", "first_other": "?", "other_file": "?"}
    row, other = overlap.examples[0]
    return {
        "first_row": row.row,
        "file": PurePath(row.file).name,
        "first_other": other.row,
        "other_file": PurePath(other.file).name,
    }
