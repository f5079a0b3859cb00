"""Archives of torch.save: whole, cut, changed, hostile."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
import torch

from luthier.stages.diagnose.readers.archives import injury_of

MOST = 1 << 20


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A file of torch.save with two tensors."""
    torch.save({"a": torch.arange(1000.0), "b": torch.ones(3)}, tmp_path / "x.pt")
    return tmp_path / "x.pt"


def test_whole(saved: Path) -> None:
    """Nothing is wrong with what torch wrote."""
    assert injury_of(saved, MOST) is None


@pytest.mark.parametrize("name", ["optimizer.pt", "scheduler.pt", "rng_state.pth", "training_args.bin"])
def test_files_of_trainer(name: str, trainer_run: Path) -> None:
    """Nothing is wrong with what Trainer wrote."""
    assert injury_of(trainer_run / "checkpoint-4" / name, MOST) is None


@pytest.mark.parametrize("kept", [0, 1, 4, 100, 0.5, -1])
def test_cut(kept: float, saved: Path) -> None:
    """Wherever a file was cut, its end is missing."""
    size = saved.stat().st_size
    os.truncate(saved, int(kept * size) if isinstance(kept, float) else kept % size)

    found = injury_of(saved)

    assert found is not None
    assert found[0] in ("cut", "unreadable") if kept == 1 else found[0] == "cut"


def test_every_bit_of_a_tensor_counts(saved: Path) -> None:
    """One flipped bit in the values is seen by the checksum that torch never looks at, where sums are compared."""
    raw = bytearray(saved.read_bytes())
    place = raw.find(torch.arange(1000.0).numpy().tobytes()[400:800])
    raw[place] ^= 1
    saved.write_bytes(raw)

    assert injury_of(saved) is None
    found = injury_of(saved, MOST)
    assert found is not None
    assert found[0] == "changed"
    assert "data" in found[1]


def test_without_checksums(tmp_path: Path) -> None:
    """A file that was written without sums is no injury."""
    path = tmp_path / "x.pt"
    torch.serialization.set_crc32_options(False)
    try:
        torch.save({"a": torch.arange(1000.0)}, path)
    finally:
        torch.serialization.set_crc32_options(True)

    assert injury_of(path, MOST) is None


def test_old_files(tmp_path: Path) -> None:
    """A file from before archives is not judged."""
    torch.save({"a": 1}, tmp_path / "x.pt", _use_new_zipfile_serialization=False)

    assert injury_of(tmp_path / "x.pt", MOST) is None


def test_other_bytes(tmp_path: Path) -> None:
    """Bytes that are neither are unreadable, and a file that is gone is too."""
    (tmp_path / "x.pt").write_bytes(b"<html>not found</html>")

    assert injury_of(tmp_path / "x.pt") == ("unreadable", "neither an archive nor a pickle")
    assert injury_of(tmp_path / "none.pt")[0] == "unreadable"  # type: ignore[index]


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    """Members that are packed are left alone, so that none can unpack to more than the file holds."""
    with zipfile.ZipFile(tmp_path / "x.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(50_000_000))

    assert (tmp_path / "x.pt").stat().st_size < 100_000
    assert injury_of(tmp_path / "x.pt", MOST) is None


def test_members_on_top_of_each_other(tmp_path: Path) -> None:
    """Many names for the same bytes are refused, not read again and again."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", bytes(100_000))
    raw = packed.getvalue()
    begin = raw.rfind(b"PK\x01\x02")
    entry = raw[begin : raw.rfind(b"PK\x05\x06")]
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1000, 1000, 1000 * len(entry), begin, 0)
    (tmp_path / "x.pt").write_bytes(raw[:begin] + entry * 1000 + end)

    assert injury_of(tmp_path / "x.pt", MOST) == ("unreadable", "its members overlap")


def test_lying_end(saved: Path) -> None:
    """An end record that points nowhere is an end that is missing."""
    raw = bytearray(saved.read_bytes())
    end = raw.rfind(b"PK\x05\x06")
    raw[end + 16 : end + 20] = struct.pack("<I", 7)
    saved.write_bytes(raw)

    assert injury_of(saved, MOST)[0] == "cut"  # type: ignore[index]
