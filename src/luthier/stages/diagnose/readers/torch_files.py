"""Small files that `torch.save` wrote, such as Trainer's `training_args.bin`, read without loading a pickle.

Formats: torch/serialization.py: the zip archive that torch writes since 1.6, whose objects are the pickle in its
member `<name>/data.pkl`; before, four pickles in a row: a magic number, a version, the system, the objects.
"""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from luthier.stages.diagnose.readers.pickles import MOST_BYTES, UnreadablePickle, read_next, read_pickle

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C  # torch/serialization.py, MAGIC_NUMBER
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 1


def read_torch(path: Path) -> object:
    """What a small file that `torch.save` wrote means, as inert values: plain ones, `Named`, `Made` and `Table`.

    Args:
        path: zip archive or legacy file; of an archive only the pickle is looked at, tensors are not read.

    Raises:
        UnreadablePickle: it cannot be read, is too large, cut or damaged.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadablePickle(f"cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise UnreadablePickle(f"more than {MOST_BYTES:,} bytes")
    if data.startswith(b"PK"):
        return read_pickle(_member(io.BytesIO(data)))
    stream = io.BytesIO(data)
    first = read_next(stream)
    if first != _LEGACY_MAGIC:
        return first
    _protocol, _system = read_next(stream), read_next(stream)
    return read_next(stream)


def read_archive(path: Path) -> object:
    """As `read_torch`, of a file of any size whose tensors are large, such as optimizer.pt: only its pickle is read.

    Raises:
        UnreadablePickle: likewise, and where it is no zip archive.
    """
    return read_pickle(_member(path))


def _member(source: Path | io.BytesIO) -> bytes:
    """The pickle in torch's archive."""
    try:
        with zipfile.ZipFile(source) as archive:
            found = [info for info in archive.infolist() if info.filename.split("/")[-1] == "data.pkl"]
            if len(found) != 1:
                raise UnreadablePickle(f"an archive with {len(found)} members called data.pkl, not one")
            info = found[0]
            if info.file_size > MOST_BYTES or info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
                raise UnreadablePickle("its data.pkl is too large, encrypted or compressed in an unusual way")
            return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error, NotImplementedError) as error:
        raise UnreadablePickle("a damaged or cut archive") from error
