"""Safetensors headers are read as the library reads them, and lies in them are named."""

import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luthier.errors import RunError
from luthier.stages.diagnose.readers import tensors
from luthier.stages.diagnose.readers.tensors import portions, read_bits, read_header
from tests.stages.diagnose.readers.tensor_files import change_header, write

TWO = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4, dtype=torch.bfloat16)}
KINDS = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int8, torch.bool, torch.uint8]


@pytest.mark.parametrize("kind", [*KINDS, torch.float8_e4m3fn])
def test_every_type(kind: torch.dtype, tmp_path: Path) -> None:
    """Names, shapes and lengths are those that were saved."""
    header = read_header(write(tmp_path / "x.safetensors", {"w": torch.zeros(3, 5).to(kind)}))

    assert header.tensors["w"].shape == (3, 5)
    assert header.tensors["w"].bytes == 15 * kind.itemsize
    assert (header.cut, header.size) == ("", header.stated)


def test_values(tmp_path: Path) -> None:
    """The bits of a part of a tensor are those of its values."""
    header = read_header(write(tmp_path / "x.safetensors", TWO))

    assert read_bits(header.tensors["a"], 2, 3).view("<f4").tolist() == [2.0, 3.0, 4.0]
    assert read_bits(header.tensors["b"], 0, 4).tolist() == [0x3F80] * 4


def test_scalars_and_nothing(tmp_path: Path) -> None:
    """A scalar has one element, and a side of zero none."""
    header = read_header(write(tmp_path / "x.safetensors", {"one": torch.tensor(2.0), "none": torch.zeros(0, 4)}))

    assert (header.tensors["one"].elements, header.tensors["none"].elements) == (1, 0)


@pytest.mark.parametrize("missing", [1, 10, 30])
def test_a_cut_file_is_still_read(missing: int, tmp_path: Path) -> None:
    """Tensors say how much of them is there."""
    path = write(tmp_path / "x.safetensors", TWO)
    os.truncate(path, path.stat().st_size - missing)

    header = read_header(path)

    assert sum(one.bytes - one.there for one in header.tensors.values()) == missing
    assert header.cut == f"{header.stated - missing} of {header.stated} bytes"


def _first(entries: dict[str, Any]) -> dict[str, Any]:
    return entries["a"]


LIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "overlap": lambda e: e["b"].update(data_offsets=[20, 28]),
    "hole": lambda e: e["b"].update(data_offsets=[28, 36]),
    "hole before": lambda e: [
        one.update(data_offsets=[n + 8 for n in one["data_offsets"]]) for one in (e["a"], e["b"])
    ],
    "offsets or sides": lambda e: e["a"].update(data_offsets=[-24, 0]),
    "that cannot be": lambda e: e["a"].update(shape=[-2, -3]),
    "do not explain": lambda e: e["a"].update(shape=[2, 4]),
    "shape and type": lambda e: e["a"].update(shape=[2**62, 2**62]),
    "unknown type": lambda e: e["a"].update(dtype="EVIL"),
    "cannot be read": lambda e: e["a"].update(shape="six"),
    "its header cannot": lambda e: e.update(a=[]),
}


@pytest.mark.parametrize("says", LIES)
def test_lies(says: str, tmp_path: Path) -> None:
    """A header that contradicts itself or the file is an error that says how."""
    path = write(tmp_path / "x.safetensors", TWO)
    change_header(path, LIES[says])

    with pytest.raises(RunError) as caught:
        read_header(path)
    assert says in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "cut to 0 bytes"),
        (b"abc", "cut to 3 bytes"),
        (struct.pack("<Q", 2**63) + b"{}", "the format allows"),
        (struct.pack("<Q", 1000) + b"{}", "cut within its header"),
        (struct.pack("<Q", 2) + b"[]", "cannot be read"),
        (struct.pack("<Q", 4) + b"\xff\xfe{}", "cannot be read"),
        (struct.pack("<Q", 2) + b"{}evil", "4 bytes behind the last tensor"),
        (struct.pack("<Q", 60_000) + b'{"a":' * 12_000, "cannot be read"),
    ],
)
def test_what_is_no_header(raw: bytes, says: str, tmp_path: Path) -> None:
    """Bytes that are no header are named, whatever they claim."""
    path = tmp_path / "x.safetensors"
    path.write_bytes(raw)

    with pytest.raises(RunError, match=says):
        read_header(path)


def test_no_file(tmp_path: Path) -> None:
    """A file that is gone is an error, and so is one that became shorter meanwhile."""
    with pytest.raises(RunError, match="cannot be read"):
        read_header(tmp_path / "none.safetensors")
    path = write(tmp_path / "x.safetensors", TWO)
    tensor = read_header(path).tensors["a"]
    os.truncate(path, 20)
    with pytest.raises(RunError, match="shorter"):
        read_bits(tensor, 0, 6)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes(tmp_path: Path, raw: bytes) -> None:
    """Whatever a file holds, a header or a RunError comes back."""
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(raw)) + raw)

    with suppress(RunError):
        assert read_header(path).size == path.stat().st_size


@pytest.mark.parametrize("elements", [0, 1, 9, 10, 11, 95, 100])
def test_all_portions(elements: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a share of one every element is read once, in order."""
    monkeypatch.setattr(tensors, "BLOCK", 10)
    read = [number for start, count in portions(elements, 1.0) for number in range(start, start + count)]

    assert read == list(range(elements))


def test_some_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below one the blocks are spread evenly, the first among them, and none is read twice."""
    monkeypatch.setattr(tensors, "BLOCK", 10)
    starts = [start for start, _ in portions(1000, 0.1)]

    assert starts == [100 * number for number in range(10)]
    assert np.unique(starts).size == len(starts)
