"""One JSON value: a list of objects, an object of columns, or an object whose values are splits or the one list."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from luthier.errors import InputError
from luthier.stages.data.formats._contract import UNSPLIT, Raw, suffix
from luthier.stages.data.formats._json_lines import is_lines, parsed, read_lines
from luthier.stages.data.formats._split_names import split_named
from luthier.stages.data.formats._table import from_records, placed
from luthier.stages.data.formats._text import Text, read_text

SAYS = "JSON (.json, also .gz)"


def recognises(path: Path) -> bool:
    """Whether the name ends in .json."""
    return path.is_file() and suffix(path) == ".json"


def read(path: Path) -> Raw:
    """Read JSON. Rows of a list carry the line on which they start; in the other shapes, the record number.

    Raises:
        InputError: not JSON, or nothing in it has the shape of rows.
    """
    text = read_text(path)
    if is_lines(text.data):
        return Raw({UNSPLIT: read_lines(text)}, notices=text.notices)
    value = parsed(text.data, text.name)
    if isinstance(value, list):
        return Raw({UNSPLIT: _from_list(text, value, _lines_of(text.data, len(value)))}, notices=text.notices)
    return Raw(_from_object(text, value), notices=text.notices)


def _from_list(text: Text, records: list[Any], lines: list[int] | None = None) -> pa.Table:
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            place = f"line {lines[number - 1]}" if lines else f"item {number}"
            raise _not_rows(f"{text.name}, {place}", f"item {number} is a {type(record).__name__}")
    if not records:
        raise _not_rows(text.name, "the list is empty")
    return placed(from_records(records), text.name, None if lines is None else np.array(lines, np.int64))


def _lines_of(data: bytes, count: int) -> list[int]:
    """Line on which each item of a JSON list starts. The list is known to be valid."""
    content = data.decode("utf-8")
    decoder = json.JSONDecoder()
    lines, line, counted = [], 1, 0
    position = content.index("[") + 1
    for _ in range(count):
        while content[position] in " \t\r\n,":
            position += 1
        line += content.count("\n", counted, position)
        counted = position
        lines.append(line)
        _, position = decoder.raw_decode(content, position)
    return lines


def _from_object(text: Text, value: Any) -> dict[str, pa.Table]:
    if not isinstance(value, dict):
        raise _not_rows(text.name, f"it is one {type(value).__name__}")
    lists = {name: one for name, one in value.items() if isinstance(one, list) and one and isinstance(one[0], dict)}
    splits = {split: one for name, one in lists.items() if (split := split_named(name)) is not None}
    if splits:
        return {split: _from_list(text, one) for split, one in splits.items()}
    if len(lists) == 1:
        return {UNSPLIT: _from_list(text, next(iter(lists.values())))}
    return {UNSPLIT: _from_columns(text, value)}


def _from_columns(text: Text, value: dict[str, Any]) -> pa.Table:
    """An object of columns: lists, or objects from index to value as pandas writes them."""
    columns = {name: list(one.values()) if isinstance(one, dict) else one for name, one in value.items()}
    lengths = {len(one) if isinstance(one, list) else -1 for one in columns.values()}
    if len(lengths) != 1 or min(lengths) < 1:
        shown = ", ".join(list(value)[:5])
        raise _not_rows(text.name, f"it is one object with the keys {shown or '(none)'}")
    names = list(columns)
    return placed(
        from_records([dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]), text.name
    )


def _not_rows(where: str, found: str) -> InputError:
    return InputError(
        f"this JSON is not rows: {found}",
        where=where,
        next_step='give a list of objects, such as [{"text": "…", "label": "…"}]',
    )
