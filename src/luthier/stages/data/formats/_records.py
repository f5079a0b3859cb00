"""Records of delimited text by the csv module, with the line on which each starts and its raw lines."""

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from luthier.errors import InputError

csv.field_size_limit(sys.maxsize)  # a text of several megabytes is a row like any other


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are told apart: the delimiter, and whether quotes enclose fields or are plain characters."""

    delimiter: str
    quoted: bool


Record = tuple[int, list[str], list[str]]
"""Line from 1, fields (none for a blank line), raw lines."""


def records(data: bytes, dialect: Dialect) -> Iterator[Record]:
    """Records of UTF-8 text, one after the other, never all at once."""
    return records_of(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", errors="ignore", newline=""), dialect)


def records_of(source: Iterator[str], dialect: Dialect) -> Iterator[Record]:
    """The same of lines, with their ends, that come from anywhere."""
    lines = _Remembering(source)
    mark = dialect.delimiter
    reader = csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE)
    line = 1
    for fields in reader:
        raw, lines.held = lines.held, []
        yield line, fields, raw
        line += len(raw)


class _Remembering:
    """Lines, and those among them that the current record has used."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.held: list[str] = []

    def __iter__(self) -> "_Remembering":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.held.append(line)
        return line


def refuse_runaway_quote(record: Record, dialect: Dialect, name: str) -> None:
    """Whether a record swallowed others because a quote is not closed where it should be.

    The csv module forgives a quote that closes in the middle of a field; over several lines that means that a stray
    quote met the opening quote of a later row, and all rows between were taken for one text.

    Raises:
        InputError: the quote is never closed, or closes in the middle of a field.
    """
    line, _, raw = record
    if not dialect.quoted:
        return
    try:
        next(csv.reader(raw, delimiter=dialect.delimiter, strict=True), None)
    except csv.Error as error:
        if "unexpected end" in str(error):
            what = "a quote is opened and never closed"
        elif len(raw) > 1:
            what = f"a quote is opened and next closed on line {line + len(raw) - 1}, in the middle of a text"
        else:
            return
        raise InputError(
            what,
            where=f"{name}, line {line}",
            next_step='close it, or double it (""), or save the file with every text in quotes',
        ) from error
