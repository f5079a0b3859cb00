"""A folder whose files are splits: train.*, valid/validation/val/dev.*, test.*."""

from pathlib import Path

from luthier.errors import InputError
from luthier.stages.data.formats._contract import Raw, read_path
from luthier.stages.data.formats._folder import is_hugging_face
from luthier.stages.data.formats._split_names import split_named
from luthier.stages.data.formats._table import joined

SAYS = "a folder with train.*, validation.* and test.* files"


def recognises(path: Path) -> bool:
    """Whether it is a folder that `datasets` did not write."""
    return path.is_dir() and not is_hugging_face(path)


def read(path: Path) -> Raw:
    """Read each file of the folder whose name holds the name of a split, by its own format.

    Raises:
        InputError: no file is named like a split, or one cannot be read.
    """
    files = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
    named = [(split, one) for one in files if (split := split_named(one.name)) is not None]
    if not named:
        shown = ", ".join(one.name for one in files[:5]) or "no files"
        raise InputError(
            f"no file in this folder is named like a split ({shown})",
            where=str(path),
            next_step="name them train.csv, validation.csv and test.csv, or give one file",
        )
    tables: dict[str, list[object]] = {}
    raws = [(split, read_path(one)) for split, one in named]
    for split, raw in raws:
        tables.setdefault(split, []).extend(raw.parts.values())
    class_names = {name: found for _, raw in raws for name, found in raw.class_names.items()}
    notices = tuple(notice for _, raw in raws for notice in raw.notices)
    return Raw({split: joined(ones) for split, ones in tables.items()}, class_names, notices)
