"""The doors to Parquet and Arrow files, their exceptions translated."""

from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from luthier.errors import InputError


def read_parquet(path: Path) -> pa.Table:
    """A Parquet file.

    Raises:
        InputError: damaged, unreadable or without rows.
    """
    try:
        return _filled(pyarrow.parquet.ParquetFile(path).read(), path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, "Parquet", error) from error


def read_arrow(path: Path) -> pa.Table:
    """An Arrow file in either of its layouts; `datasets` writes streams.

    Raises:
        InputError: damaged, unreadable or without rows.
    """
    try:
        data = pa.memory_map(str(path))
        try:
            table = pyarrow.ipc.open_stream(data).read_all()
        except pa.ArrowInvalid:
            table = pyarrow.ipc.open_file(data).read_all()
        return _filled(table, path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, "Arrow", error) from error


def _filled(table: pa.Table, path: Path) -> pa.Table:
    if not table.num_rows:
        raise InputError("the file holds no rows", where=str(path), next_step="give a file with rows")
    twins = [name for name in dict.fromkeys(table.column_names) if table.column_names.count(name) > 1]
    if twins:
        raise InputError(f"two columns are called '{twins[0]}'", where=str(path), next_step="rename one of them")
    return table


def _damaged(path: Path, kind: str, error: Exception) -> InputError:
    return InputError(
        f"cannot be read as {kind} ({str(error).splitlines()[0] if str(error) else type(error).__name__})",
        where=str(path),
        next_step="write or fetch the file again",
    )
