"""Where rows stand in the user's files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands in the user's data.

    Attributes:
        file: file name as the user gave it.
        line: line on which the row starts, from 1.
        row: record number, from 1, the header not counted.
    """

    file: str
    line: int
    row: int


@dataclass(frozen=True, slots=True)
class Found:
    """Rows in which something was found: how many, and the places of the first twenty."""

    count: int = 0
    places: tuple[RowPlace, ...] = ()


NONE_FOUND = Found()
