"""What the values of a saved tensor look like: finite, zero, constant, equal to another's. By bits, without torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from luthier.stages.diagnose.readers.tensors import Bits, Tensor, portions, read_bits

_EXPONENT = {"F64": 0x7FF << 52, "F32": 0xFF << 23, "F16": 0x1F << 10, "BF16": 0xFF << 7}
"""Bits of the exponent (IEEE 754, and bfloat16's eight); all of them set means NaN or infinity."""
_SIGN = {"F64": 1 << 63, "F32": 1 << 31, "F16": 1 << 15, "BF16": 1 << 15}
FLOATS = frozenset(_EXPONENT)
"""Types whose values are looked at. Quantised and eight-bit types are counted, not judged."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a tensor.

    Attributes:
        finite: no NaN and no infinity among the values that were read.
        zero: all of them are zero.
        constant: all of them are one value.
        same: all equal to the other tensor's, bit for bit; None where there was no other.
        read: how many were read before all questions were answered.
        apart: length of the difference from the other's values as a share of their own length, in the first block; None
            where there was no other, or its values are all zero.
    """

    finite: bool
    zero: bool
    constant: bool
    same: bool | None
    read: int
    apart: float | None = None


def look(tensor: Tensor, other: Tensor | None = None, share: float = 1.0) -> Look:
    """Read a whole tensor of a type in `FLOATS`, in blocks.

    Another storage type is no difference of its own: the other's values are brought into this one's type first, as
    loading a checkpoint in bfloat16 or float32 would do.

    Args:
        tensor: whole, with at least one element.
        other: whole, of the same shape and of a type in `FLOATS`.
        share: of the elements, 0 to 1; below 1 evenly spread blocks are read.

    Raises:
        RunError: a file is gone or became shorter.
    """
    exponent, magnitude = _EXPONENT[tensor.kind], ~_SIGN[tensor.kind] & (2 * _SIGN[tensor.kind] - 1)
    finite = zero = constant = True
    same = None if other is None else True
    first, read, apart = None, 0, None
    for start, count in portions(tensor.elements, share):
        bits = read_bits(tensor, start, count)
        first = bits[0] if first is None else first
        finite = finite and bool(np.max(bits & bits.dtype.type(exponent)) != exponent)
        zero = zero and not np.any(bits & bits.dtype.type(magnitude))
        constant = constant and bool(np.all(bits == first))
        if other is not None and same:
            theirs = _brought(read_bits(other, start, count), other.kind, tensor.kind)
            same = np.array_equal(bits, theirs)
            apart = _apart(_values(bits, tensor.kind), _values(theirs, tensor.kind)) if not read else apart
        read += count
        if not (finite or zero or constant or same):
            break
    return Look(finite, zero, constant, same, read, apart)


def _apart(values: npt.NDArray[np.floating], others: npt.NDArray[np.floating]) -> float | None:
    with np.errstate(over="ignore", invalid="ignore"):
        length = float(np.linalg.norm(others.astype(np.float64)))
        return float(np.linalg.norm(values.astype(np.float64) - others)) / length if length > 0 else None


def equal(one: Tensor, other: Tensor, share: float = 1.0) -> bool:
    """Whether two whole tensors hold the same bits.

    Raises:
        RunError: a file is gone or became shorter.
    """
    if (one.kind, one.shape) != (other.kind, other.shape) or one.kind not in FLOATS:
        return (one.kind, one.shape) == (other.kind, other.shape)
    return all(
        np.array_equal(read_bits(one, start, count), read_bits(other, start, count))
        for start, count in portions(one.elements, share)
    )


def row_lengths(tensor: Tensor, rows: Sequence[int]) -> npt.NDArray[np.float64]:
    """Euclidean length of some rows of a table; nothing else of it is read.

    Args:
        tensor: whole, two-dimensional, of a type in `FLOATS`.
        rows: below its first axis.

    Raises:
        RunError: a file is gone or became shorter.
    """
    width = tensor.shape[1]
    read = (_values(read_bits(tensor, row * width, width), tensor.kind).astype(np.float64) for row in rows)
    return np.array([float(np.sqrt(np.square(one).sum())) for one in read])


def _brought(bits: Bits, kind: str, target: str) -> Bits:
    """Values of one type as the bits of another, rounded to the nearest even as torch does."""
    if kind == target:
        return bits
    values = _values(bits, kind)
    if target != "BF16":
        with np.errstate(over="ignore", invalid="ignore"):
            return values.astype({"F64": "<f8", "F32": "<f4", "F16": "<f2"}[target]).view(f"<u{_bytes(target)}")
    with np.errstate(over="ignore", invalid="ignore"):
        wide = values.astype("<f4").view("<u4").astype(np.uint64)
    return ((wide + 0x7FFF + ((wide >> np.uint64(16)) & np.uint64(1))) >> np.uint64(16)).astype("<u2")


def _values(bits: Bits, kind: str) -> npt.NDArray[np.floating]:
    if kind == "BF16":
        return (bits.astype("<u4") << np.uint32(16)).view("<f4")
    return bits.view({"F64": "<f8", "F32": "<f4", "F16": "<f2"}[kind])


def _bytes(kind: str) -> int:
    return {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}[kind]
