"""Headers of GGUF files, written by hand."""

import struct
from pathlib import Path

import pytest

from luthier.errors import RunError
from luthier.stages.diagnose.readers.gguf import chat_template


def text(value: str) -> bytes:
    """A text as GGUF has it."""
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(template: str | None, version: int = 3) -> bytes:
    """A header with a number, arrays of numbers and of texts, and a template."""
    keys = [
        text("general.alignment") + struct.pack("<II", 4, 32),
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"),
        text("tokenizer.ggml.token_type") + struct.pack("<IIQ", 9, 5, 3) + struct.pack("<3i", 1, 1, 3),
        text("general.name") + struct.pack("<I", 8) + text("tiny"),
    ]
    keys += [text("tokenizer.chat_template") + struct.pack("<I", 8) + text(template)] if template is not None else []
    return struct.pack("<4sIQQ", b"GGUF", version, 0, len(keys)) + b"".join(keys)


def write(folder: Path, content: bytes) -> Path:
    """A file."""
    path = folder / "model.gguf"
    path.write_bytes(content)
    return path


def test_template(tmp_path: Path) -> None:
    """Found behind all else; empty where there is none."""
    assert chat_template(write(tmp_path, gguf("{{ messages }}"))) == "{{ messages }}"
    assert chat_template(write(tmp_path, gguf(None, version=2))) == ""


def test_no_tokenizer(tmp_path: Path) -> None:
    """Adapters and later parts of a model have none, and so no template to lose."""
    content = struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("general.type") + struct.pack("<I", 8) + text("adapter")

    assert chat_template(write(tmp_path, content)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04" + bytes(60),
        gguf("a", version=1),
        gguf("{{ messages }}")[:70],
        gguf("{{ messages }}")[:-3],
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 2**40),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + struct.pack("<Q", 2**60),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 8, 2**60),
        struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("a") + struct.pack("<I", 77),
    ],
    ids=[
        "empty",
        "another kind",
        "version 1",
        "cut",
        "cut template",
        "many keys",
        "long key",
        "long array",
        "unknown kind",
    ],
)
def test_refused(tmp_path: Path, content: bytes) -> None:
    """Files that are no GGUF, cut, or absurd."""
    with pytest.raises(RunError):
        chat_template(write(tmp_path, content))
