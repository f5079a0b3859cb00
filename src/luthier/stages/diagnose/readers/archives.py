"""Files of torch.save, looked at as the zip archives that they are. Nothing in them is unpickled or unpacked."""

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from luthier.facts.checkpoints import InjuryKind

_END, _ENTRY, _FILE, _LEGACY = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"\x80"
_LONGEST_END = 65_557
"""Bytes from the end within which the end record stands: 22 and the longest comment."""
_LARGEST_DIRECTORY = 16 * 2**20
"""Bytes of a directory that is read; one of 100,000 tensors has about 10 MB."""


def injury_of(path: Path, most: int = 0) -> tuple[InjuryKind, str] | None:
    """What is wrong with an archive, and a clause that says so; None where nothing was found.

    A file that was cut has no end record (APPNOTE.TXT 4.3.16). Up to `most` bytes of its members are read and compared
    with their CRC-32, which torch writes and never checks. Archives of which no member agrees were written with sums
    switched off (`torch.serialization.set_crc32_options`). Files from before torch 1.6 are no archives: unjudged.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(4)
            if not size:
                return "cut", "0 bytes"
            if start[:1] == _LEGACY:
                return None
            if start != _FILE:
                return "unreadable", "neither an archive nor a pickle"
            directory = _directory(file, size)
            if directory is None:
                return "cut", f"{size:,} bytes, without the end of an archive"
        return _changed(path) if size <= most and directory <= _LARGEST_DIRECTORY else None
    except OSError as error:
        return "unreadable", f"cannot be read: {error.strerror or error}"


def _directory(file: IO[bytes], size: int) -> int | None:
    """Bytes of the archive's directory; None where there is none at the place that the end record names."""
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read(_LONGEST_END)
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < 22:
        return None
    length, begin = struct.unpack("<II", tail[end + 12 : end + 20])
    if 0xFFFFFFFF in (length, begin):
        return _LARGEST_DIRECTORY + 1  # a 64-bit archive: its directory stands elsewhere, and is not read
    file.seek(begin)
    return length if not length or file.read(4) == _ENTRY else None


def _changed(path: Path) -> tuple[InjuryKind, str] | None:
    """Members that differ from their sums; only stored ones are read, so that nothing can unpack to more than it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            stored = [one for one in archive.infolist() if one.compress_type == zipfile.ZIP_STORED and one.file_size]
            stored = [one for one in stored if one.file_size == one.compress_size]
            if sum(one.file_size for one in stored) > path.stat().st_size:
                return "unreadable", "its members overlap"
            bad = [one.filename for one in stored if not _agrees(archive, one)]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, zlib.error, EOFError) as error:
        return "unreadable", str(error)[:80]
    if not bad or len(bad) == len(stored):
        return None
    return "changed", f"{bad[0][:80]} differs from its checksum"


def _agrees(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    try:
        with archive.open(member) as file:
            while file.read(1 << 20):
                pass
    except zipfile.BadZipFile:
        return False
    return True
