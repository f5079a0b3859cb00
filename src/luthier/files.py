"""Writing that either happens or does not.

A file is written under a temporary name, synced, and renamed. A folder is filled beside its final place, synced, given a
manifest of SHA-256 sums, and renamed. After a crash at any moment a reader sees the old state or the new one. The rules are
those of "All File Systems Are Not Created Equal" (Pillai et al., OSDI 2014): sync before rename, and sync the parent.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from luthier.errors import RunError

MANIFEST = "manifest.json"
_STAGING = ".staging-"
_BLOCK = 1 << 20


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
        staged.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


@contextmanager
def staged_folder(final: Path) -> Iterator[Path]:
    """A folder to fill; renamed to `final` when the block ends well, removed when it does not.

    A manifest with the SHA-256 of every file is written last. `final` must not exist.

    Raises:
        RunError: something could not be written; `final` does not exist then.
    """
    staging = final.with_name(f"{_STAGING}{final.name}-{uuid.uuid4().hex[:8]}")
    try:
        staging.mkdir(parents=True)
        yield staging
        _seal(staging)
        staging.rename(final)
        sync_folder(final.parent)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise cannot_write(final, error) from error
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _seal(folder: Path) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    for path in files:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    sums = {p.relative_to(folder).as_posix(): {"bytes": p.stat().st_size, "sha256": sha256(p)} for p in files}
    manifest = folder / MANIFEST
    with manifest.open("w", encoding="utf-8") as file:
        json.dump(sums, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    for inner in sorted({p.parent for p in files} | {folder}):
        sync_folder(inner)


def verify_folder(folder: Path) -> list[str]:
    """What is wrong with a folder that `staged_folder` wrote, one sentence per injury; empty when it is whole."""
    manifest = folder / MANIFEST
    try:
        sums = json.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [f"{MANIFEST} is missing: the folder was never finished"]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        return [f"{MANIFEST} cannot be read ({type(error).__name__})"]
    return [injury for name, entry in sums.items() if (injury := _injury(folder / name, name, entry))]


def _injury(path: Path, name: str, entry: dict[str, object]) -> str:
    try:
        size = path.stat().st_size
        if size != entry["bytes"]:
            return f"{name} holds {size:,} bytes instead of {entry['bytes']:,}"
        return "" if sha256(path) == entry["sha256"] else f"{name} was changed: its SHA-256 differs from the manifest"
    except FileNotFoundError:
        return f"{name} is missing"
    except OSError as error:
        return f"{name} cannot be read ({error.strerror})"


def remove_folder(folder: Path) -> None:
    """Remove a folder so that a crash half-way leaves nothing that looks whole."""
    trash = folder.with_name(f"{_STAGING}trash-{uuid.uuid4().hex[:8]}")
    folder.rename(trash)
    shutil.rmtree(trash, ignore_errors=True)


def remove_leftovers(parent: Path) -> None:
    """Remove what earlier crashes left half-written in a folder."""
    for path in parent.glob(f"{_STAGING}*"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable; file systems that cannot sync folders are left alone."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def cannot_write(path: Path, error: OSError) -> RunError:
    """The error that says why a file could not be written, and what to do."""
    advice = {
        28: "free some disk space; the last checkpoint is intact and the run can be resumed",
        13: "choose a folder that you may write to with --out",
        30: "choose a folder that is not read-only with --out",
    }
    step = advice.get(error.errno or 0, "look at the disk; the last checkpoint is intact and the run can be resumed")
    return RunError(f"cannot write: {error.strerror or error}", where=str(path), next_step=step)
