"""From what a parser gives to the columns of `Raw`: everything a string, each row with its place."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from luthier.errors import InputError

Names = Mapping[str, tuple[str, ...]]


def placed(columns: pa.Table, file: str, lines: npt.NDArray[np.int64] | None = None) -> pa.Table:
    """A table of `Raw` from the user's columns.

    Args:
        columns: one column per column of the user, strings.
        file: file as the user named it.
        lines: line on which each record starts; None means the record number.
    """
    count = columns.num_rows
    rows = np.arange(1, count + 1, dtype=np.int64)
    files = pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), pa.array([file]))
    places = {"row": pa.array(rows), "line": pa.array(rows if lines is None else lines), "file": files}
    extras = {f"extra:{name}": columns[name] for name in columns.column_names}
    return pa.table({**places, **extras})


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of one split under each other; a column that one of them lacks is null there."""
    if len(tables) == 1:
        return tables[0]
    return pa.concat_tables(tables, promote_options="default").unify_dictionaries()


def from_records(records: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of strings from JSON objects; keys may differ from row to row.

    Text stays as it is, null and a missing key are null, a number or truth value is written as JSON writes it, and
    anything nested becomes JSON.
    """
    names = list(dict.fromkeys(name for record in records for name in record)) or ["column_1"]
    return pa.table({_clean(name): strings(record.get(name) for record in records) for name in names})


def strings(values: Iterable[Any]) -> pa.Array:
    """Python values as an Arrow array of strings; see `from_records`."""
    texts = [value if value is None or isinstance(value, str) else _as_text(value) for value in values]
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if text is None else _clean(text) for text in texts], pa.string())


def _clean(text: str) -> str:
    """Halves of surrogate pairs, which JSON can hold and UTF-8 cannot, become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _as_text(value: Any) -> str | None:
    if isinstance(value, float) and value != value:
        return None
    return json.dumps(value, ensure_ascii=False, default=str)


def as_strings(table: pa.Table, names: Names, where: str) -> pa.Table:
    """A typed Arrow table with every column as strings; ids of declared classes become their names, -1 becomes null.

    Raises:
        InputError: a class id has no name, or a column holds bytes that are not text.
    """
    columns = {}
    for name in table.column_names:
        try:
            columns[name] = _column_as_strings(table[name], names.get(name, ()))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowIndexError) as error:
            raise InputError(
                f"column '{name}' of type {table[name].type} cannot be read as text ({error})",
                where=where,
                next_step="store it as strings or numbers",
            ) from error
    return pa.table(columns)


def _column_as_strings(column: pa.ChunkedArray, names: tuple[str, ...]) -> pa.ChunkedArray:
    kind = column.type
    if names and pa.types.is_integer(kind):
        known = pc.if_else(pc.less(column, 0), pa.scalar(None, kind), column)
        return pc.take(pa.array(names, pa.string()), known)
    if pa.types.is_nested(kind):
        return pa.chunked_array([strings(column.to_pylist())])
    return column.cast(pa.string())


def hugging_face_names(schema: pa.Schema) -> dict[str, tuple[str, ...]]:
    """Class names that `datasets` leaves in the metadata of Arrow and Parquet files, by column."""
    raw = (schema.metadata or {}).get(b"huggingface", b"{}")
    try:
        features = json.loads(raw).get("info", {}).get("features", {})
    except (ValueError, AttributeError):
        return {}
    return class_names(features)


def class_names(features: object) -> dict[str, tuple[str, ...]]:
    """Column to class names from the `features` of a `dataset_info.json`."""
    if not isinstance(features, dict):
        return {}
    labels = {k: v.get("names") for k, v in features.items() if isinstance(v, dict) and v.get("_type") == "ClassLabel"}
    return {str(name): tuple(str(one) for one in found) for name, found in labels.items() if isinstance(found, list)}
