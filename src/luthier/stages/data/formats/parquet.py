"""A Parquet or Arrow file."""

from pathlib import Path

from luthier.stages.data.formats._arrow import read_arrow, read_parquet
from luthier.stages.data.formats._contract import UNSPLIT, Raw, suffix
from luthier.stages.data.formats._table import as_strings, hugging_face_names, placed

SAYS = "Parquet or Arrow (.parquet, .arrow, .feather)"


def recognises(path: Path) -> bool:
    """Whether the name ends in .parquet, .arrow or .feather."""
    return path.is_file() and suffix(path) in {".parquet", ".arrow", ".feather"}


def read(path: Path) -> Raw:
    """Read a columnar file; class names left in its metadata by `datasets` are used.

    Raises:
        InputError: damaged, no rows, or a column that cannot be read as text.
    """
    table = read_parquet(path) if suffix(path) == ".parquet" else read_arrow(path)
    names = hugging_face_names(table.schema)
    return Raw({UNSPLIT: placed(as_strings(table, names, str(path)), str(path))}, class_names=names)
