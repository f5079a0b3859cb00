"""Rows of any form as two columns of text, source and target, with the places of the rows kept."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError
from luthier.facts.places import RowPlace
from luthier.stages.data.conversations import ASSISTANT, Turn, nested, turns_of
from luthier.stages.data.forms import Shape
from luthier.stages.data.read import places_of

_CHUNK = 10_000
_BETWEEN = "\n\n"
_PLACE = ["row", "line", "file"]


def halves(table: pa.Table, shape: Shape, marker: str, roles: Counter[str]) -> pa.Table:
    """The rows of one split.

    Args:
        table: a part of `Raw`.
        shape: where source and target stand.
        marker: in plain texts, what stands before the target; empty for none.
        roles: role to number of turns, added to.

    Returns:
        Columns row, line and file as they were, source and target (strings, never null), `empty` (whether there is
        nothing to learn, or a turn of the assistant without words), and for conversations `silent` (whether no turn is
        the assistant's) and `turns` (string): the columns of turns as JSON, so that they can be read again.

    Raises:
        InputError: a column is missing, or a cell that should hold turns or a pair of texts holds something else.
    """
    for name in shape.columns:
        if f"extra:{name}" not in table.column_names:
            raise InputError(
                f"some rows have a column '{name}' and others have none",
                where=table["file"][0].as_py(),
                next_step="give all parts the same columns",
            )
    if shape.form == "messages":
        return _of_chats(table, shape, roles)
    if shape.keys is not None:
        return _of_objects(table, shape.sources[0], shape.keys)
    target = _texts(table[f"extra:{shape.target}"])
    if shape.form == "text":
        return _of_texts(table, target, marker)
    sources = [_texts(table[f"extra:{name}"]) for name in shape.sources]
    return _with(table, {"source": _joined(sources), "target": target})


def turns_in(cell: str) -> tuple[Turn, ...]:
    """The turns of a cell of the column `turns`."""
    columns = nested(cell)
    return tuple(turn for column in columns for turn in turns_of(column) or ())


def _with(table: pa.Table, columns: dict[str, Any]) -> pa.Table:
    columns.setdefault("empty", pc.equal(pc.utf8_trim_whitespace(columns["target"]), ""))
    return pa.table({**{name: table[name] for name in _PLACE}, **columns})


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of texts; of lists of texts, as several answers are written, the first one."""
    texts = pc.fill_null(column, "")
    lists = pc.starts_with(texts, '["')
    if not pc.any(lists).as_py():
        return texts
    first = [_first(one) for one in texts.filter(lists).to_pylist()]
    return pc.replace_with_mask(texts.combine_chunks(), lists.combine_chunks(), pa.array(first, pa.string()))


def _first(cell: str) -> str:
    value = nested(cell)
    return value[0] if isinstance(value, list) and value and isinstance(value[0], str) else cell


def _joined(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Texts behind each other with a blank line between; empty ones are left out."""
    if len(columns) == 1:
        return columns[0]
    filled = [pc.if_else(pc.equal(one, ""), pa.scalar(None, pa.string()), one) for one in columns]
    return pc.binary_join_element_wise(*filled, _BETWEEN, null_handling="skip")


def _of_texts(table: pa.Table, texts: pa.ChunkedArray, marker: str) -> pa.Table:
    """Plain texts are all target; with a marker, what follows its first appearance."""
    if not marker:
        return _with(table, {"source": pa.array([""] * table.num_rows, pa.string()), "target": texts})
    parts = [text.partition(marker) for text in texts.to_pylist()]
    sources = [before + found if found else "" for before, found, _ in parts]
    targets = [after if found else before for before, found, after in parts]
    return _with(table, {"source": pa.array(sources, pa.string()), "target": pa.array(targets, pa.string())})


def _of_chats(table: pa.Table, shape: Shape, roles: Counter[str]) -> pa.Table:
    sources, targets, cells, empty, silent = [], [], [], [], []
    for values, place in _cells(table, shape.sources):
        turns: list[Turn] = []
        for name, value in zip(shape.sources, values, strict=True):
            turns += _read(turns_of, value, name, place, "a list of turns with role and content") if value else ()
        said = [turn.text for turn in turns if turn.role == ASSISTANT]
        sources.append("\n".join(turn.text for turn in turns if turn.role != ASSISTANT))
        targets.append("\n".join(said))
        cells.append(f"[{','.join(value or '[]' for value in values)}]")
        silent.append(not said)
        empty.append(not said or not all(text.strip() for text in said))
        roles.update(turn.role for turn in turns)
    strings = {"source": sources, "target": targets, "turns": cells}
    columns = {name: pa.array(values, pa.string()) for name, values in strings.items()}
    return _with(table, {**columns, "empty": pa.array(empty, pa.bool_()), "silent": pa.array(silent, pa.bool_())})


def _of_objects(table: pa.Table, column: str, keys: tuple[str, str]) -> pa.Table:
    def pair(value: Any) -> tuple[str, str] | None:
        found = nested(value)
        if not isinstance(found, dict):
            return None
        texts = [found.get(key) for key in keys]
        return tuple("" if one is None else str(one) for one in texts)  # type: ignore[return-value]

    expected = f"an object with the texts '{keys[0]}' and '{keys[1]}'"
    cells = _cells(table, (column,))
    pairs = [_read(pair, value, column, place, expected) if value else ("", "") for (value,), place in cells]
    return _with(
        table, {name: pa.array([one[i] for one in pairs], pa.string()) for i, name in enumerate(("source", "target"))}
    )


def _cells(
    table: pa.Table, columns: tuple[str, ...]
) -> Iterator[tuple[tuple[str | None, ...], Callable[[], RowPlace]]]:
    """Cells of each row, and a way to its place."""
    for start in range(0, table.num_rows, _CHUNK):
        part = table.slice(start, _CHUNK)
        values = zip(*(part[f"extra:{name}"].to_pylist() for name in columns), strict=True)
        for number, row in enumerate(values):
            yield row, lambda n=number, p=part: places_of(p.slice(n, 1))[0]  # type: ignore[misc]


def _read(read: Callable[[Any], Any], value: str, column: str, place: Callable[[], RowPlace], expected: str) -> Any:
    """What a cell holds; one that cannot be read is the user's to correct."""
    found = read(value)
    if found is None:
        python = value.lstrip().startswith(("[{'", "{'"))
        what = f"'{value[:40]}' is not {expected}"
        raise InputError(
            f"{what}; it is written as Python prints it, not as JSON" if python else what,
            where=f"{place().file}, line {place().line}, column '{column}'",
            next_step="save the rows as JSON lines, with the list itself in the column",
        )
    return found
