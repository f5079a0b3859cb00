"""A folder that another tool wrote, read with suspicion: bounded, no link to a folder followed, nothing executed."""

import json
import os
import stat
from bisect import bisect_left
from collections.abc import Iterator
from copy import copy
from pathlib import Path

from luthier.errors import RunError
from luthier.facts.arguments import Plain
from luthier.facts.report import Source

MOST_FILES = 20_000
"""Files looked at below one folder, and folders; a run of thousands of checkpoints stays below."""
MOST_DEPTH = 4
"""Folders below the one that was named; Trainer needs two (a checkpoint, and an adapter in it)."""
MOST_TEXT = 256 * 2**20
"""Bytes of a file of text that is read as a whole: trainer_state.json of a million logged steps has about 150 MB."""


class Home:
    """The folder, and a diary of what was read in it.

    Only regular files are seen. Links to files are followed, since the cache of the hub is made of them; links to
    folders are not, so that no loop can be walked. Pipes and devices are never opened.

    Args:
        path: folder that the user named.

    Attributes:
        files: regular files, relative names in alphabetical order; all of them are text that UTF-8 can hold.
        folders: folders below, likewise; empty ones too.

    Raises:
        RunError: it is not a folder, or cannot be listed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_dir():
            raise RunError("no such folder", where=str(path), next_step="name the output folder of a run")
        self._sources: list[Source] = []
        self._folders: list[str] = []
        self.files = tuple(sorted(self._walk()))
        self.folders = tuple(sorted(self._folders))
        self._known = frozenset(self.files)

    def _walk(self) -> Iterator[str]:
        """Names of regular files, relative, at most MOST_FILES of them."""
        waiting, found = [(self.path, 0)], 0
        while waiting:
            folder, depth = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                if folder == self.path:
                    raise RunError(f"cannot be listed: {error.strerror}", where=str(folder)) from error
                self.note(self._name(folder), "folder", f"cannot be listed: {error.strerror}")
                continue
            for entry in entries:
                path = Path(entry.path)
                if clean(entry.name) != entry.name:
                    self.note(clean(self._name(path)), "folder", "its name is not UTF-8; it was not looked at")
                elif entry.is_dir(follow_symlinks=False):
                    self._folders.append(self._name(path))
                    if depth < MOST_DEPTH and len(self._folders) < MOST_FILES:
                        waiting.append((path, depth + 1))
                elif _regular(path):
                    found += 1
                    if found > MOST_FILES:
                        self.note("", "folder", f"more than {MOST_FILES:,} files; the rest was not looked at")
                        return
                    yield self._name(path)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def named(self, *names: str, below: str = "") -> list[str]:
        """Files with one of these names directly in a folder, in the order of the names."""
        prefix = f"{below}/" if below else ""
        return [f"{prefix}{name}" for name in names if f"{prefix}{name}" in self._known]

    def below(self, folder: str) -> tuple[str, ...]:
        """Files in a folder and further down, by their names as seen from it; "" is the folder that was named."""
        if not folder:
            return self.files
        prefix = f"{folder}/"
        begin = bisect_left(self.files, prefix)
        end = bisect_left(self.files, f"{folder}0")  # "0" comes right after "/"
        return tuple(name.removeprefix(prefix) for name in self.files[begin:end])

    def note(self, file: str, part: str, note: str = "") -> None:
        """Write into the diary that a file was read for a part of the evidence, or why it could not be."""
        self._sources.append(Source(file, part, note))

    def aside(self) -> "Home":
        """The same folder with an empty diary, for reading of which only the outcome is worth a line."""
        other = copy(self)
        other._sources = []
        return other

    @property
    def sources(self) -> tuple[Source, ...]:
        """The diary, in the order of reading."""
        return tuple(self._sources)

    def text(self, name: str, part: str, limit: int = MOST_TEXT) -> str | None:
        """A file as text; None where it is too large, unreadable or not UTF-8, and the diary says so."""
        path = self.path / name
        try:
            size = path.stat().st_size
            if size > limit:
                self.note(name, part, f"{size:,} bytes, more than the {limit:,} that are read")
                return None
            return path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            self.note(name, part, f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.note(name, part, f"not UTF-8 at byte {error.start}")
        return None

    def json(self, name: str, part: str, limit: int = MOST_TEXT, *, below: str = "") -> dict[str, Plain] | None:
        """A JSON object; None where there is no such file, or one that holds none, and then the diary says why."""
        name = f"{below}/{name}" if below else name
        text = self.text(name, part, limit) if name in self._known else None
        if text is None:
            return None
        try:
            value = plain(json.loads(text))
        except json.JSONDecodeError as error:
            self.note(name, part, f"not JSON (line {error.lineno}, column {error.colno})")
            return None
        except (ValueError, RecursionError):
            self.note(name, part, "not JSON that can be read: nested too deeply, or a number of too many digits")
            return None
        if not isinstance(value, dict):
            kind = "list" if isinstance(value, tuple) else type(value).__name__
            self.note(name, part, f"a JSON {kind} where an object was expected")
            return None
        self.note(name, part)
        return value


def clean(text: str) -> str:
    """Text that can be written as UTF-8: half a surrogate pair, which JSON can spell, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def plain(value: object) -> Plain:
    """A parsed JSON or YAML value with tuples for lists and clean texts; what is neither is told by its type's name."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return tuple(plain(one) for one in value)
    if isinstance(value, dict):
        return {clean(str(key)): plain(one) for key, one in value.items()}
    return f"<{type(value).__name__}>"


def _regular(path: Path) -> bool:
    """Whether this is a file, or a link that leads to one, as in the cache of the hub."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
