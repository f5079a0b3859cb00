"""The chat template inside a GGUF file, the format of llama.cpp and Ollama; tensors are never read.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from luthier.errors import RunError

OF_TOKENIZER = "tokenizer."
KEY = f"{OF_TOKENIZER}chat_template"
LONGEST_KEY, LONGEST_TEXT, MOST_KEYS, MOST_ITEMS = 65_535, 2**24, 10_000, 2**22
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TEXT, _ARRAY = 8, 9


def chat_template(path: Path) -> str | None:
    """The template; empty where the file has a tokenizer without one, None where it has no tokenizer: an adapter, a
    part of the model behind the first, or what a model sees images with.

    Raises:
        RunError: it is no GGUF file of version 2 or 3, is cut, or states absurd sizes.
    """
    try:
        with path.open("rb") as file:
            return _find(file)
    except (OSError, struct.error) as error:
        raise RunError("the header of a GGUF file cannot be read", where=str(path)) from error


def _find(file: BinaryIO) -> str | None:
    magic, version, _, keys = struct.unpack("<4sIQQ", file.read(24))
    if magic != b"GGUF" or version not in (2, 3) or keys > MOST_KEYS:
        raise RunError("not a GGUF file of version 2 or 3")
    tokenizer = False
    for _ in range(keys):
        key = _text(file, LONGEST_KEY)
        (kind,) = struct.unpack("<I", file.read(4))
        if key == KEY and kind == _TEXT:
            return _text(file, LONGEST_TEXT)
        tokenizer = tokenizer or key.startswith(OF_TOKENIZER)
        _skip(file, kind)
    return "" if tokenizer else None


def _text(file: BinaryIO, longest: int) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > longest:
        raise RunError(f"a text of {length:,} bytes in the header of a GGUF file")
    read = file.read(length)
    if len(read) < length:
        raise RunError("the header of a GGUF file is cut")
    return read.decode("utf-8", "replace")


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _TEXT:
        _text(file, LONGEST_TEXT)
    elif kind == _ARRAY:
        inner, count = struct.unpack("<IQ", file.read(12))
        if count > MOST_ITEMS or (inner != _TEXT and inner not in _SIZES):
            raise RunError("an array in the header of a GGUF file that nobody writes")
        if inner in _SIZES:
            file.seek(_SIZES[inner] * count, 1)
        else:
            for _ in range(count):
                _text(file, LONGEST_TEXT)
    elif kind in _SIZES:
        file.seek(_SIZES[kind], 1)
    else:
        raise RunError(f"a value of unknown kind {kind} in the header of a GGUF file")
