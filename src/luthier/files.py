"""Writing that either happens or does not.

A file is written under a temporary name, synced, and renamed. A folder is filled beside its final place, synced, given
a manifest of SHA-256 sums, and renamed. After a crash at any moment a reader sees the old state or the new one. The
rules are those of "All File Systems Are Not Created Equal" (Pillai et al., OSDI 2014): sync before rename, and sync the
parent.
"""

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from luthier.errors import RunError

MANIFEST = "manifest.json"
_STAGING = ".staging-"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sum:
    """What a file must hold: its length in bytes and its SHA-256, hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder must hold.

    Attributes:
        folder: name of the folder that this was written for.
        files: path below the folder to what it must hold.
        sha256: of the other two, so that damage to the manifest itself is told from damage to a file.
    """

    folder: str
    files: dict[str, Sum]
    sha256: str

    @classmethod
    def of(cls, folder: str, files: dict[str, Sum]) -> "Manifest":
        """A manifest with its own sum."""
        return cls(folder, files, hashlib.sha256(msgspec.json.encode((folder, files), order="sorted")).hexdigest())


def write_file(path: Path, content: bytes | str) -> None:
    """Write a file whole or not at all.

    Raises:
        RunError: the disk is full, the folder is not writable, or the device failed; nothing is left behind.
    """
    staged = path.with_name(f"{_STAGING}{path.name}-{uuid.uuid4().hex[:8]}")
    try:
        with staged.open("wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def make_folder(path: Path) -> None:
    """Make a folder and what lies above it, where they are missing.

    Raises:
        RunError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


@contextmanager
def staged_folder(final: Path) -> Iterator[Path]:
    """A folder to fill; renamed to `final` when the block ends well, removed when it does not.

    A manifest with the SHA-256 of every file is written last. `final` must not exist.

    Raises:
        RunError: something could not be written; `final` does not exist then, or is whole.
    """
    staging = final.with_name(f"{_STAGING}{final.name}-{uuid.uuid4().hex[:8]}")
    try:
        staging.mkdir(parents=True)
        yield staging
        _seal(staging, final.name)
        staging.rename(final)
        sync_folder(final.parent)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise cannot_write(final, error) from error
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _seal(folder: Path, name: str) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    for path in files:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    sums = {p.relative_to(folder).as_posix(): Sum(p.stat().st_size, sha256(p)) for p in files}
    with (folder / MANIFEST).open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(Manifest.of(name, sums))))
        file.flush()
        os.fsync(file.fileno())
    for inner in sorted({p.parent for p in files} | {folder}):
        sync_folder(inner)


def verify_folder(folder: Path) -> list[str]:
    """What is wrong with a folder that `staged_folder` wrote, one sentence per injury; empty when it is whole."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        return [f"{MANIFEST} is missing: the folder was never finished"]
    except OSError as error:
        return [f"{MANIFEST} cannot be read ({error.strerror})"]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return [f"{MANIFEST} was cut or changed: it is no manifest any more"]
    if manifest != Manifest.of(manifest.folder, manifest.files):
        return [f"{MANIFEST} was changed: its own SHA-256 differs"]
    if manifest.folder != folder.name:
        return [f"{MANIFEST} belongs to another folder, {manifest.folder}"]
    return [injury for name, entry in manifest.files.items() if (injury := _injury(folder / name, name, entry))]


def _injury(path: Path, name: str, entry: Sum) -> str:
    try:
        size = path.stat().st_size
        if size != entry.bytes:
            return f"{name} holds {size:,} bytes instead of {entry.bytes:,}"
        return "" if sha256(path) == entry.sha256 else f"{name} was changed: its SHA-256 differs from the manifest"
    except FileNotFoundError:
        return f"{name} is missing"
    except OSError as error:
        return f"{name} cannot be read ({error.strerror})"


def remove_folder(folder: Path) -> None:
    """Remove a folder so that a crash half-way leaves nothing that looks whole.

    Raises:
        RunError: it cannot be removed; it is whole then.
    """
    trash = folder.with_name(f"{_STAGING}trash-{uuid.uuid4().hex[:8]}")
    try:
        folder.rename(trash)
    except OSError as error:
        raise cannot_write(folder, error) from error
    shutil.rmtree(trash, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what earlier crashes left half-written anywhere below a folder."""
    for path in sorted(folder.rglob(f"{_STAGING}*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def is_leftover(path: Path) -> bool:
    """Whether this is what a crash left half-written."""
    return path.name.startswith(_STAGING)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable; file systems that cannot sync folders are left alone."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


_NO_SPACE = "free some disk space"
_NO_RIGHT = "make the folder writable, or name another with --out"
_ADVICE = {
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: _NO_SPACE,
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: _NO_RIGHT,
}


def cannot_write(path: Path, error: OSError) -> RunError:
    """The error that says why a file could not be written, and what to do."""
    advice = _ADVICE.get(error.errno or 0, "look at the disk")
    return RunError(
        f"cannot write: {error.strerror or error}",
        where=str(path),
        next_step=f"{advice}; what was finished is intact, and a run that has begun goes on with luthier fit --resume",
    )
