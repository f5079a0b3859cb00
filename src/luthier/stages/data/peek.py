"""The first rows of data, without reading the rest where the format allows it."""

from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from luthier.errors import InputError
from luthier.stages.data.formats._contract import all_formats, read_path, suffix
from luthier.stages.data.formats._folder import data_files
from luthier.stages.data.formats._split_names import split_named
from luthier.stages.data.stream import open_rows

Row = dict[str, Any]

_BY_LINE = frozenset({"delimited", "jsonl"})


def first_rows(path: Path, count: int = 100) -> tuple[Row, ...]:
    """The first rows of a file; of a folder, those of its training file, or of its first file where none is named so.

    Returns:
        Column to value: strings, and for JSON and Parquet also what else stands there.

    Raises:
        InputError: the data cannot be read.
    """
    if path.is_dir():
        files = data_files(path)
        train = [one for one in files if "train" in (split_named(one.name), split_named(one.parent.name))]
        if not files:
            return _of_all(path, count)
        path = next(iter(train), files[0])
    formats = [one.id for one in all_formats().values() if one.recognises(path)]
    if _BY_LINE & set(formats):
        with open_rows(path) as stream:
            return tuple(row for _, row in islice(stream.rows, count))
    if suffix(path) == ".parquet":
        return _of_parquet(path, count)
    return _of_all(path, count)


def _of_parquet(path: Path, count: int) -> tuple[Row, ...]:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            batch = next(file.iter_batches(count), None)
            return tuple(batch.to_pylist()) if batch is not None else ()
    except (pa.ArrowException, OSError, ValueError) as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(
            f"cannot be read as Parquet ({said})", where=str(path), next_step="write or fetch the file again"
        ) from error


def _of_all(path: Path, count: int) -> tuple[Row, ...]:
    parts = read_path(path).parts
    return rows_of(parts.get("train", next(iter(parts.values()))), count)


def rows_of(table: pa.Table, count: int) -> tuple[Row, ...]:
    """The first rows of a part of `Raw`, under the user's own column names."""
    names = {name: name.removeprefix("extra:") for name in table.column_names if name.startswith("extra:")}
    return tuple({names[name]: row[name] for name in names} for row in table.slice(0, count).to_pylist())
