"""CSV, TSV and their like: delimiter, header and quoting are found by look.

Two readers. pyarrow reads the file when every record is one line, which the equality of line breaks and records
proves; the csv module reads it otherwise, knows the line of each record, and words the errors.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from luthier.errors import InputError
from luthier.stages.data.columns import LABEL_NAMES, TEXT_NAMES
from luthier.stages.data.formats._contract import UNSPLIT, Raw, suffix
from luthier.stages.data.formats._records import Dialect, Record, records, refuse_runaway_quote
from luthier.stages.data.formats._table import placed
from luthier.stages.data.formats._text import Text, read_text, starts_with

SAYS = "delimited text (.csv, .tsv, .tab, .txt, also .gz)"

_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
_SAMPLE_BYTES, _SAMPLE_ROWS = 1 << 18, 200
_CHUNK = 50_000
_USUAL = frozenset({*TEXT_NAMES, *LABEL_NAMES})
_OPENED = re.compile(rb'(?:^|\t)("[^\t\r\n]*)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shape:
    """How the file is written: its dialect, its column names, and the lines before the first record."""

    dialect: Dialect
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
    if text.data.count(b"\r") != text.data.count(b"\r\n"):  # line ends of the old Mac
        text = replace(text, data=re.sub(rb"\r(?!\n)", b"\n", text.data))
    shape, notices = shape_of(text)
    table = _read_fast(text, shape)
    if table is None:
        table = _read_with_lines(text, shape)
    if not table.num_rows:
        raise InputError("a header and no rows", where=text.name, next_step="give a file with at least a few rows")
    return Raw({UNSPLIT: table}, notices=text.notices + notices)


def shape_of(text: Text) -> tuple[Shape, tuple[str, ...]]:
    """How a text, or its beginning, is written, and what the user should know of it."""
    sample = text.data[:_SAMPLE_BYTES]
    delimiter = _delimiter(sample, suffix(Path(text.name)))
    dialect = Dialect(delimiter, quoted=not (delimiter == "\t" and _quotes_are_text(text.data)))
    header, *rows = [fields for _, fields, _ in islice(records(sample, dialect), _SAMPLE_ROWS) if fields]
    notices: tuple[str, ...] = () if dialect.quoted else (f"{text.name}: quotes are read as plain characters",)
    if _is_data(header, rows):
        names = tuple(f"column_{number}" for number in range(1, len(header) + 1))
        notices += (f"{text.name}: no header line was seen; columns are called {', '.join(names)}",)
        return Shape(dialect, names, 0), notices
    names = tuple(name.strip() or f"column_{number}" for number, name in enumerate(header, 1))
    _refuse_twins(text.name, names)
    return Shape(dialect, names, _lines_of_header(sample, dialect, 3 if _is_orange(rows) else 1)), notices


def _delimiter(sample: bytes, ending: str) -> str:
    """The delimiter that splits the first line, and then the most lines in the same way."""
    best, best_score = "\t" if ending in {".tsv", ".tab"} else ",", (0.0, 0)
    for delimiter in _NAMES:
        found = islice(records(sample, Dialect(delimiter, quoted=True)), _SAMPLE_ROWS)
        widths = [len(fields) for _, fields, _ in found if fields]
        if widths and widths[0] > 1:
            same = sum(width == widths[0] for width in widths) / len(widths)
            if (same, widths[0]) > best_score:
                best, best_score = delimiter, (same, widths[0])
    return best


def _quotes_are_text(data: bytes) -> bool:
    """Whether a tab-separated file was written without quoting: a field opens with a quote and does not end with one,
    and yet every line has as many tabs."""
    opened = (field[1] for field in _OPENED.finditer(data))
    if all(len(field) > 1 and field.endswith(b'"') for field in opened):
        return False
    return len({line.count(b"\t") for line in data.splitlines() if line.strip()}) == 1


def _is_data(header: list[str], rows: list[list[str]]) -> bool:
    """Whether the first line is a row: one of its short values stands again, twice or more, in its own column.

    Headers repeated by joining files do not count, nor the running numbers that pandas writes for want of names.
    A column "spam" with the labels "spam" and "ham" repeats its name too; a usual name beside it that does not repeat,
    such as "text", shows a header all the same.
    """
    if [name for name in header if name] == [str(number) for number in range(sum(map(bool, header)))]:
        return False
    others = [row for row in rows if row != header]
    again = [sum(len(row) > i and row[i] == value for row in others) for i, value in enumerate(header)]
    if any(not count and value.strip().lower() in _USUAL for count, value in zip(again, header, strict=True)):
        return False
    return any(count >= 2 and 0 < len(value) <= 40 for count, value in zip(again, header, strict=True))


def _is_orange(rows: list[list[str]]) -> bool:
    """Whether two more header lines follow, as in files of the Orange toolbox: types, then roles."""
    types = {"d", "c", "s", "t", "m", "discrete", "continuous", "string", "time"}
    return len(rows) > 2 and set(rows[0]) <= types and set(rows[1]) <= {"class", "meta", "ignore", "i", "c", "m", ""}


def _lines_of_header(sample: bytes, dialect: Dialect, count: int) -> int:
    """Lines before the first row: the header's own, and blank ones around them."""
    filled = (line for line, fields, _ in records(sample, dialect) if fields)
    return next(islice(filled, count, None), sample.count(b"\n") + 2) - 1


def _refuse_twins(name: str, names: tuple[str, ...]) -> None:
    for column, count in Counter(names).items():
        if count > 1:
            places = [str(number) for number, one in enumerate(names, 1) if one == column]
            raise InputError(
                f"{count} columns are called '{column}' (columns {' and '.join(places)})",
                where=f"{name}, line 1",
                next_step="rename one of them",
            )


def _read_fast(text: Text, shape: Shape) -> pa.Table | None:
    """The table, or None where a record may take more or less than one line, or something is wrong."""
    data = text.data.rstrip(b"\r\n")
    if shape.dialect.quoted and data.rpartition(b"\n")[2].count(b'"') % 2:
        return None  # the last quote may be left open, which pyarrow forgives
    quote = '"' if shape.dialect.quoted else False
    try:
        columns = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                column_names=list(shape.names), skip_rows=shape.header_lines, block_size=1 << 24
            ),
            parse_options=pyarrow.csv.ParseOptions(delimiter=shape.dialect.delimiter, quote_char=quote),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(shape.names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    if columns.num_rows != data.count(b"\n") + 1 - shape.header_lines:
        return None
    lines = np.arange(columns.num_rows, dtype=np.int64) + shape.header_lines + 1
    return placed(columns, text.name, lines)


def _read_with_lines(text: Text, shape: Shape) -> pa.Table:
    tables, rows, lines = [_columns(shape.names, [])], [], []
    last: Record = (1, [], [])
    for last in records(text.data, shape.dialect):
        line, fields, raw = last
        if line <= shape.header_lines or not fields:
            continue
        if len(raw) > 1 or len(fields) != len(shape.names):
            refuse_misshapen(last, shape, text.name)
        rows.append(fields[: len(shape.names)])
        lines.append(line)
        if len(rows) == _CHUNK:
            tables.append(_columns(shape.names, rows))
            rows = []
    refuse_runaway_quote(last, shape.dialect, text.name)
    columns = pa.concat_tables([*tables, _columns(shape.names, rows)])
    return placed(columns, text.name, np.array(lines, np.int64))


def _columns(names: tuple[str, ...], rows: list[list[str]]) -> pa.Table:
    values = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table([pa.array(column, pa.string()) for column in values], names=list(names))


def refuse_misshapen(record: Record, shape: Shape, name: str) -> None:
    """Empty fields at the end beyond the header are forgiven, nothing else."""
    line, fields, _ = record
    refuse_runaway_quote(record, shape.dialect, name)
    if len(fields) < len(shape.names) or any(fields[len(shape.names) :]):
        mark = _NAMES[shape.dialect.delimiter]
        raise InputError(
            f"{len(fields)} fields, but the header has {len(shape.names)} ({', '.join(shape.names)})",
            where=f"{name}, line {line}",
            next_step=f"put texts that hold a {mark} or a quote into quotes, or save as JSONL",
        )
