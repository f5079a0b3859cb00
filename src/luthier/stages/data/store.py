"""Splits and profile in a run folder: `data/{train,validation,test}.parquet` and `data/profile.json`."""

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet

from luthier.errors import RunError
from luthier.facts.data import DataFacts, SplitName
from luthier.facts.rows import Splits
from luthier.files import cannot_write, write_file

_SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")
_ORIGIN = b"luthier.origin"


def save(folder: Path, splits: Splits, facts: DataFacts) -> None:
    """Write splits and profile; each file is whole or not there.

    Args:
        folder: the `data` folder of a run; made if missing.

    Raises:
        RunError: cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    for name in _SPLITS:
        buffer = pa.BufferOutputStream()
        table = splits[name].replace_schema_metadata({_ORIGIN: splits.origin.encode()})
        pyarrow.parquet.write_table(table, buffer)
        write_file(folder / f"{name}.parquet", buffer.getvalue().to_pybytes())
    write_file(folder / "profile.json", msgspec.json.format(msgspec.json.encode(facts)))


def load(folder: Path) -> tuple[Splits, DataFacts]:
    """Read what `save` wrote.

    Raises:
        RunError: missing or damaged.
    """
    try:
        tables = {name: pyarrow.parquet.ParquetFile(folder / f"{name}.parquet").read() for name in _SPLITS}
        facts = msgspec.json.decode((folder / "profile.json").read_bytes(), type=DataFacts)
    except (OSError, pa.ArrowException, msgspec.DecodeError) as error:
        raise RunError(
            f"the data of this run cannot be read ({str(error).splitlines()[0]})",
            where=str(folder),
            next_step="start the run again from the original file",
        ) from error
    origin = (tables["train"].schema.metadata or {}).get(_ORIGIN)
    # Without the mark, so that what is written of these rows is the same in a run that goes on as in one that did not.
    train, validation, test = (tables[name].replace_schema_metadata(None) for name in _SPLITS)
    return Splits(train, validation, test, "given" if origin == b"given" else "made"), facts
