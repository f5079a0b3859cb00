"""CSV, TSV and their like: delimiter, header and quoting are found by look.

Two readers. pyarrow reads the file when every record is one line, which the equality of line breaks and records
proves; the csv module reads it otherwise, knows the line of each record, and words the errors.
"""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from luthier.errors import InputError
from luthier.stages.data.formats._contract import UNSPLIT, Raw, suffix
from luthier.stages.data.formats._table import placed
from luthier.stages.data.formats._text import Text, read_text, starts_with

SAYS = "delimited text (.csv, .tsv, .tab, .txt, also .gz)"

_DELIMITERS = "\t,;|"
_SAMPLE_ROWS = 200
_OPENED = re.compile(rb'(?:^|\t)("[^\t\r\n]*)', re.MULTILINE)
csv.field_size_limit(sys.maxsize)  # a text of several megabytes is a row like any other


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the file is written.

    Attributes:
        delimiter: between fields.
        quoted: whether quotes enclose fields; otherwise they are plain characters.
        names: column names.
        header_lines: lines before the first record.
    """

    delimiter: str
    quoted: bool
    names: tuple[str, ...]
    header_lines: int


def recognises(path: Path) -> bool:
    """Whether the name ends in .csv, .tsv, .tab or .txt and the content is not fastText."""
    if suffix(path) == ".txt":
        return path.is_file() and not starts_with(path, b"__label__")
    return path.is_file() and suffix(path) in {".csv", ".tsv", ".tab"}


def read(path: Path) -> Raw:
    """Read a delimited file.

    Raises:
        InputError: no rows, a column name twice, a row with too many or too few fields, or a quote left open.
    """
    text = read_text(path)
    shape, notices = _shape(text)
    table = _read_fast(text, shape)
    if table is None:
        table = _read_with_lines(text, shape)
    if not table.num_rows:
        raise InputError("a header and no rows", where=text.name, next_step="give a file with at least a few rows")
    return Raw({UNSPLIT: table}, notices=text.notices + notices)


def _shape(text: Text) -> tuple[_Shape, tuple[str, ...]]:
    sample = text.data[: 1 << 18].decode("utf-8", "ignore")
    delimiter = _delimiter(sample, suffix(Path(text.name)))
    quoted = not (delimiter == "\t" and _quotes_are_text(text.data))
    records = [one for one in _records(sample, delimiter, quoted, _SAMPLE_ROWS) if one[1]]
    (_, header), rows = records[0], [fields for _, fields in records[1:]]
    notices: tuple[str, ...] = () if quoted else (f"{text.name}: quotes are read as plain characters",)
    if _is_data(header, rows):
        names = tuple(f"column_{number}" for number in range(1, len(header) + 1))
        notices += (f"{text.name}: no header line was seen; columns are called {', '.join(names)}",)
        return _Shape(delimiter, quoted, names, 0), notices
    names = tuple(name.strip() or f"column_{number}" for number, name in enumerate(header, 1))
    _refuse_twins(text.name, names)
    skipped = 3 if _is_orange(rows) else 1
    return _Shape(delimiter, quoted, names, _lines_of_header(sample, delimiter, quoted, skipped)), notices


def _delimiter(sample: str, ending: str) -> str:
    """The delimiter that splits the first line, and then the most lines in the same way."""
    best, best_score = "\t" if ending in {".tsv", ".tab"} else ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = [len(fields) for _, fields in _records(sample, delimiter, True, _SAMPLE_ROWS) if fields]
        if widths and widths[0] > 1:
            same = sum(width == widths[0] for width in widths) / len(widths)
            if (same, widths[0]) > best_score:
                best, best_score = delimiter, (same, widths[0])
    return best


def _records(text: str, delimiter: str, quoted: bool, limit: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """(line, fields) of each record; blank lines give no fields."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    line = 1
    for count, fields in enumerate(reader):
        if limit is not None and count >= limit:
            return
        yield line, fields
        line = reader.line_num + 1


def _quotes_are_text(data: bytes) -> bool:
    """Whether a tab-separated file was written without quoting: a field opens with a quote and does not end with one,
    and yet every line has as many tabs."""
    opened = (field[1] for field in _OPENED.finditer(data))
    if all(len(field) > 1 and field.endswith(b'"') for field in opened):
        return False
    return len({line.count(b"\t") for line in data.splitlines() if line.strip()}) == 1


def _is_data(header: list[str], rows: list[list[str]]) -> bool:
    """Whether the first line is a row: one of its short values stands again, twice or more, in its own column."""
    for position, value in enumerate(header):
        again = sum(len(row) > position and row[position] == value for row in rows)
        if value and len(value) <= 40 and again >= 2:
            return True
    return False


def _is_orange(rows: list[list[str]]) -> bool:
    """Whether two more header lines follow, as in files of the Orange toolbox: types, then roles."""
    types = {"d", "c", "s", "t", "m", "discrete", "continuous", "string", "time"}
    return len(rows) > 2 and set(rows[0]) <= types and set(rows[1]) <= {"class", "meta", "ignore", "i", "c", "m", ""}


def _lines_of_header(sample: str, delimiter: str, quoted: bool, records: int) -> int:
    """Lines before the first row, blank ones included."""
    following = _records(sample, delimiter, quoted)
    filled = (line for line, fields in following if fields)
    for _ in range(records):
        last = next(filled)
    return next(filled, sample.count("\n") + 2) - 1 if last else 0


def _refuse_twins(name: str, names: tuple[str, ...]) -> None:
    for column, count in Counter(names).items():
        if count > 1:
            places = [str(number) for number, one in enumerate(names, 1) if one == column]
            raise InputError(
                f"{count} columns are called '{column}' (columns {' and '.join(places)})",
                where=f"{name}, line 1",
                next_step="rename one of them",
            )


def _read_fast(text: Text, shape: _Shape) -> pa.Table | None:
    """The table, or None where a record may take more or less than one line, or something is wrong."""
    data = text.data.rstrip(b"\r\n")
    if data.count(b"\r") != data.count(b"\r\n") or _unclosed(text, shape):
        return None
    try:
        columns = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                column_names=list(shape.names), skip_rows=shape.header_lines, block_size=1 << 24
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=shape.delimiter, quote_char='"' if shape.quoted else False
            ),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(shape.names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    if columns.num_rows != data.count(b"\n") + 1 - shape.header_lines:
        return None
    lines = np.arange(columns.num_rows, dtype=np.int64) + shape.header_lines + 1
    return placed(columns, text.name, lines)


def _unclosed(text: Text, shape: _Shape) -> bool:
    last = text.data.rstrip(b"\r\n").rpartition(b"\n")[2]
    return shape.quoted and last.count(b'"') % 2 == 1


def _read_with_lines(text: Text, shape: _Shape) -> pa.Table:
    width = len(shape.names)
    content = text.data.decode("utf-8")
    values: list[list[str]] = [[] for _ in range(width)]
    lines: list[int] = []
    line, fields = 1, [""]
    for line, fields in _records(content, shape.delimiter, shape.quoted):
        if line <= shape.header_lines or not fields:
            continue
        while len(fields) > width and not fields[-1]:
            fields.pop()
        if len(fields) != width:
            _refuse_open_quote(text, shape, line)
            raise _ragged(text.name, line, len(fields), shape)
        for column, value in zip(values, fields, strict=True):
            column.append(value)
        lines.append(line)
    _refuse_open_quote(text, shape, line)
    columns = pa.table({n: pa.array(v, pa.string()) for n, v in zip(shape.names, values, strict=True)})
    return placed(columns, text.name, np.array(lines, np.int64))


def _refuse_open_quote(text: Text, shape: _Shape, line: int) -> None:
    """Whether the record on this line runs to the end of the file because a quote is never closed."""
    rest = b"".join(text.data.splitlines(keepends=True)[line - 1 :]).decode("utf-8")
    try:
        if shape.quoted:
            next(csv.reader(io.StringIO(rest, newline=""), delimiter=shape.delimiter, strict=True), None)
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise InputError(
                "a quote is opened and never closed",
                where=f"{text.name}, line {line}",
                next_step='close it, or double it (""), or save the file with every text in quotes',
            ) from error


def _ragged(name: str, line: int, found: int, shape: _Shape) -> InputError:
    shown = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}[shape.delimiter]
    return InputError(
        f"{found} fields, but the header has {len(shape.names)} ({', '.join(shape.names)})",
        where=f"{name}, line {line}",
        next_step=f"put texts that hold a {shown} or a quote into quotes, or save as JSONL",
    )
