"""Safetensors files as they are written, and as they should not be."""

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file


def write(path: Path, tensors: Mapping[str, torch.Tensor]) -> Path:
    """Save tensors as Transformers does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, metadata={"format": "pt"})
    return path


def change_header(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the header of a file, and leave the bytes behind it alone."""
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    entries = json.loads(raw[8 : 8 + size])
    change(entries)
    text = json.dumps(entries).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + raw[8 + size :])
