"""What a format file must hold, and how the format of a path is found.

A format is a module `formats/<format>.py`. Its name is its id. It holds

- `SAYS`: what it reads, in a few words for people;
- `recognises(path)`: whether this format reads that path; a look at the name and at most at the first bytes. At most
  one format recognises a path;
- `read(path)`: gives `Raw`.

Nothing is registered by hand: `registry.py` finds the file, and `load` refuses one that breaks the contract.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from luthier.errors import InputError, RegistryError
from luthier.registry import plug_ins

UNSPLIT = ""
"""Name of the one part of data that come without splits."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What a format read.

    Attributes:
        parts: split name, or `UNSPLIT`, to rows. Columns: `row` and `line` (int64), `file` (dictionary<string>) as in
            `facts/rows.py`, and the user's columns as strings under "extra:" + their name.
        class_names: column name to the class names that the format declares for it, in id order; such columns hold
            names, not ids.
        notices: what the user should know about how it was read.
    """

    parts: dict[str, pa.Table]
    class_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its id, what it reads, and its two functions."""

    id: str
    says: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], Raw]


def load(folder: str, name: str, module: ModuleType) -> Format:
    """Turn a module into a `Format`.

    Raises:
        RegistryError: a part is missing.
    """
    for part in ("SAYS", "recognises", "read"):
        if not hasattr(module, part):
            raise RegistryError(f"format {name} has no {part}", where=getattr(module, "__file__", None) or name)
    return Format(name, module.SAYS, module.recognises, module.read)


def all_formats() -> dict[str, Format]:
    """Every format by id."""
    return plug_ins("luthier.stages.data.formats", load)


def read_path(path: Path) -> Raw:
    """Read whatever stands at a path.

    Raises:
        InputError: nothing is there, no format knows it, or its format cannot read it.
    """
    found = [one for one in all_formats().values() if one.recognises(path)]
    if found:
        return found[0].read(path)
    if not path.exists():
        raise InputError("there is no such file or folder", where=str(path), next_step="check the path")
    known = "; ".join(one.says for one in all_formats().values())
    raise InputError("the format is not known from its name", where=str(path), next_step=f"give one of: {known}")


def suffix(path: Path) -> str:
    """Lower-case suffix of a file name, a final `.gz` not counted."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix
