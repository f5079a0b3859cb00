"""Safetensors files without any library: the header, checked, and the values of a tensor in blocks.

Format: https://github.com/huggingface/safetensors#format. Files are read, not mapped: a run that is still training may
cut or remove a file while it is looked at, and a map of it would end the process.
"""

import math
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from luthier.errors import RunError

Shape = tuple[int, ...]
Bits = npt.NDArray[np.unsignedinteger]

LONGEST_HEADER = 100_000_000
"""Bytes; the format's own limit."""
BLOCK = 2**18
"""Elements that are read at a time: 1 MiB of float32 stays in a processor's cache."""
BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
BITS |= {"F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32}
BITS |= {"F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64}
"""Storage type to bits of one element."""
_NEXT = "copy or save the file again"


class _Entry(msgspec.Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where the values of a tensor stand.

    Attributes:
        path: its file.
        kind: storage type, a key of `BITS`.
        shape: its shape.
        begin: byte of the file at which it begins.
        bytes: its length as the header states it.
        there: how much of that the file holds.
    """

    path: Path
    kind: str
    shape: Shape
    begin: int
    bytes: int
    there: int

    @property
    def elements(self) -> int:
        """How many values it has."""
        return math.prod(self.shape)

    @property
    def whole(self) -> bool:
        """Whether the file holds all of it."""
        return self.there == self.bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was checked.

    Attributes:
        tensors: name to place.
        header: bytes of the header itself.
        stated: bytes that the file should have.
        size: bytes that it has; less where it was cut.
    """

    tensors: dict[str, Tensor]
    header: int
    stated: int
    size: int

    @property
    def cut(self) -> str:
        """What is missing, as "12 of 90 bytes"; empty where nothing is."""
        return f"{self.size:,} of {self.stated:,} bytes" if self.size < self.stated else ""


def read_header(path: Path) -> Header:
    """The tensors of a safetensors file.

    A file that ends too early is no error: its tensors say how much of them is there.

    Raises:
        RunError: unreadable, or a header that lies about lengths, offsets, shapes or types.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(8)
            if len(start) < 8:
                raise _damaged(path, f"cut to {size:,} bytes")
            (length,) = struct.unpack("<Q", start)
            if length > LONGEST_HEADER:
                raise _damaged(path, f"a header of {length:,} bytes; the format allows {LONGEST_HEADER:,}")
            if length > size - 8:
                raise _damaged(path, f"cut within its header: {size:,} of at least {length + 8:,} bytes")
            text = file.read(length)
    except OSError as error:
        raise _damaged(path, f"cannot be read: {error.strerror}") from error
    tensors = {name: _placed(path, name, entry, 8 + length, size) for name, entry in _entries(path, text)}
    ordered = sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].bytes))
    _refuse_overlaps(path, ordered, 8 + length)
    last = ordered[-1][1] if ordered else None
    stated = last.begin + last.bytes if last else 8 + length
    if size > stated:
        raise _damaged(path, f"{size - stated:,} bytes behind the last tensor")
    return Header(tensors, length, stated, size)


def _entries(path: Path, text: bytes) -> Iterator[tuple[str, _Entry]]:
    try:
        for name, raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items():
            if name != "__metadata__":
                yield name, msgspec.json.decode(raw, type=_Entry)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(path, f"its header cannot be read ({str(error)[:80]})") from error


def _placed(path: Path, name: str, entry: _Entry, data: int, size: int) -> Tensor:
    begin, end = entry.data_offsets
    if entry.dtype not in BITS:
        raise _damaged(path, f"{name[:80]!r} is of the unknown type {entry.dtype[:20]!r}")
    if begin < 0 or end < begin or any(side < 0 for side in entry.shape):
        raise _damaged(path, f"{name[:80]!r} has offsets or sides that cannot be")
    if (math.prod(entry.shape) * BITS[entry.dtype] + 7) // 8 != end - begin:
        raise _damaged(path, f"{name[:80]!r} has {end - begin:,} bytes, which its shape and type do not explain")
    there = min(max(size - data - begin, 0), end - begin)
    return Tensor(path, entry.dtype, tuple(entry.shape), data + begin, end - begin, there)


def _refuse_overlaps(path: Path, ordered: list[tuple[str, Tensor]], data: int) -> None:
    """The format allows neither overlaps nor holes; either could hide something."""
    if ordered and ordered[0][1].begin != data:
        raise _damaged(path, f"a hole before {ordered[0][0][:80]!r}")
    for (before, first), (name, second) in pairwise(ordered):
        if second.begin != first.begin + first.bytes:
            what = "overlap" if second.begin < first.begin + first.bytes else "have a hole between them"
            raise _damaged(path, f"{before[:80]!r} and {name[:80]!r} {what}")


def _damaged(path: Path, what: str) -> RunError:
    return RunError(what, where=str(path), next_step=_NEXT)


def portions(elements: int, share: float) -> Iterator[tuple[int, int]]:
    """Evenly spread blocks that hold about this share of the elements, as (first element, count); all for 1."""
    blocks = -(-elements // BLOCK)
    taken = min(blocks, max(1, math.ceil(blocks * share)))
    for number in range(taken):
        start = number * blocks // taken * BLOCK
        yield start, min(BLOCK, elements - start)


def read_bits(tensor: Tensor, start: int, count: int) -> Bits:
    """Some values of a tensor as unsigned integers of their own width, shape (count,).

    Raises:
        RunError: the file is gone or became shorter.
    """
    width = BITS[tensor.kind] // 8
    try:
        with tensor.path.open("rb", buffering=0) as file:
            file.seek(tensor.begin + start * width)
            raw = file.read(count * width)
    except OSError as error:
        raise _damaged(tensor.path, f"cannot be read: {error.strerror}") from error
    if len(raw) < count * width:
        raise _damaged(tensor.path, "became shorter while it was read")
    return np.frombuffer(raw, dtype=f"<u{width}")
