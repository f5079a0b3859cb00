"""JSON lines, shared by the two JSON formats: many files called .json hold lines."""

import json
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from luthier.errors import InputError
from luthier.stages.data.formats._table import from_records, joined, placed
from luthier.stages.data.formats._text import Text

_CHUNK = 50_000


def read_lines(text: Text) -> pa.Table:
    """The rows of a text with one JSON object a line; blank lines are passed over.

    Raises:
        InputError: a line is not JSON or not an object.
    """
    decoder = msgspec.json.Decoder()
    tables: list[pa.Table] = []
    records: list[dict[str, Any]] = []
    lines: list[int] = []
    for number, line in enumerate(text.data.split(b"\n"), 1):
        if line.strip():
            records.append(record_of(decoder, line, f"{text.name}, line {number}"))
            lines.append(number)
        if len(records) == _CHUNK:
            tables.append(placed(from_records(records), text.name, np.array(lines, np.int64)))
            records, lines = [], []
    if records:
        tables.append(placed(from_records(records), text.name, np.array(lines, np.int64)))
    table = joined(tables)
    return table.set_column(0, "row", pa.array(np.arange(1, table.num_rows + 1, dtype=np.int64)))


def parsed(data: bytes, where: str) -> Any:
    """Any JSON value, by Python's own reader: it takes NaN and lone surrogates, which its own writer makes.

    Raises:
        InputError: not JSON; names line and column.
    """
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        place = where if error.lineno == 1 else f"{where}, line {error.lineno}"
        raise InputError(
            f"this is not JSON: {error.msg}, column {error.colno}",
            where=place,
            next_step="correct it; a list of objects, or one object a line, can be read",
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"this JSON cannot be read ({error})", where=where, next_step="write flat objects") from error


def record_of(decoder: msgspec.json.Decoder[Any], line: bytes, where: str) -> dict[str, Any]:
    """The object on one line.

    Raises:
        InputError: it is not JSON or not an object.
    """
    try:
        record = decoder.decode(line)
    except (msgspec.DecodeError, RecursionError):
        record = parsed(line, where)
    if not isinstance(record, dict):
        raise InputError(
            f"a JSON {type(record).__name__} where an object was expected",
            where=where,
            next_step='write each row as an object, such as {"text": "…", "label": "…"}',
        )
    return record


def is_lines(data: bytes) -> bool:
    """Whether content called .json holds lines: its first line is a whole object and more follow."""
    first, _, rest = data.lstrip().partition(b"\n")
    if not first.startswith(b"{") or not rest.strip():
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
