"""A saved PEFT adapter: its config, its tensors, and whether they fit the base. Names as PEFT 0.21 writes them."""

from collections.abc import Iterable
from pathlib import Path

from luthier.errors import RunError
from luthier.facts.saved import AdapterFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.config import ADAPTER, LARGEST, checkpoint_folders
from luthier.stages.diagnose.readers.heads import embedding_rows, is_embedding, is_head
from luthier.stages.diagnose.readers.tensors import Tensor, read_header
from luthier.stages.diagnose.readers.values import FLOATS, Look, look
from luthier.stages.diagnose.readers.weights import Names, base_shapes

PART = "adapter"
TENSORS, PICKLE = "adapter_model.safetensors", "adapter_model.bin"
MOST_BYTES = 512 * 2**20
"""Bytes of values that are read; of a larger adapter, evenly spread blocks."""
_OUTER = "base_model.model."
_SECOND = (".lora_B", ".lora_embedding_B")
_OWN_PARTS = ("lora_", "ia3_", "vera_lambda", "hada_", "lokr_", "oft_", "boft_", "trainable_tokens", "token_adapter")
"""First letters of the parts by which PEFT's methods name their own tensors below the module that they change."""


def adapter_folder(home: Home) -> str | None:
    """Where the adapter stands: at the top, else in the newest checkpoint, else in a folder of its own."""
    checkpoints = set(checkpoint_folders(home))
    below = [name for name in home.folders if name.partition("/")[0] not in checkpoints]
    within = [name for name in reversed(home.folders) if name.partition("/")[0] in checkpoints]
    for folder in ("", *reversed(checkpoint_folders(home)), *below, *within):
        if home.named(ADAPTER, below=folder):
            return folder
    return None


def read(home: Home, base: Path | None = None) -> AdapterFacts | None:
    """The adapter; None where there is none, or its config cannot be read.

    Args:
        home: what the user named.
        base: folder of the model that it was trained on, where it is at hand.

    Raises:
        RunError: the base is no folder.
    """
    folder = adapter_folder(home)
    config = home.json(ADAPTER, PART, LARGEST, below=folder) if folder is not None else None
    if folder is None or config is None:
        return None
    tensors = _tensors(home, folder)
    looks = _looks(home, tensors)
    second = [name for name in tensors if any(part in name for part in _SECOND)]
    shapes = base_shapes(home, base)
    return AdapterFacts(
        folder=folder,
        config=config,
        tensors={name: tensor.shape for name, tensor in tensors.items()},
        not_finite=tuple(name for name, one in looks.items() if not one.finite),
        untouched=sum(1 for name in second if name in looks and looks[name].zero),
        pairs=len(second),
        matched=_matched(tensors, shapes) if shapes else None,
        base_modules=tuple(dict.fromkeys(name.rpartition(".")[0] for name in shapes)),
        base_rows=embedding_rows(shapes),
        head=tuple(name for name in tensors if is_head(name) and _module(name) == name.rpartition(".")[0]),
        embeddings=tuple(name for name in tensors if is_embedding(name)),
    )


def _tensors(home: Home, folder: str) -> dict[str, Tensor]:
    for name in home.named(TENSORS, below=folder):
        try:
            header = read_header(home.path / name)
        except RunError as error:
            home.note(name, PART, error.what)
            return {}
        home.note(name, PART, f"cut: {header.cut}" if header.cut else "")
        return header.tensors
    for name in home.named(PICKLE, below=folder):
        home.note(name, PART, "a pickle: not loaded")
    return {}


def _looks(home: Home, tensors: dict[str, Tensor]) -> dict[str, Look]:
    whole = {n: t for n, t in tensors.items() if t.kind in FLOATS and t.elements and t.whole}
    share = min(1.0, MOST_BYTES / max(sum(tensor.bytes for tensor in whole.values()), 1))
    try:
        return {name: look(tensor, share=share) for name, tensor in whole.items()}
    except RunError as error:
        home.note(TENSORS, PART, error.what)
        return {}


def _module(name: str) -> str:
    """The module that an adapter's tensor changes: its name without PEFT's own parts."""
    parts = name.split(".")
    own = next((i for i, part in enumerate(parts) if part.startswith(_OWN_PARTS)), len(parts) - 1)
    return ".".join(parts[:own])


def _matched(tensors: dict[str, Tensor], base: Iterable[str]) -> int:
    """Tensors whose module the base has. Prompt methods have no module; their tensors are not matched."""
    names = Names({name.rpartition(".")[0] + ".weight" for name in base})
    modules = [_module(name).removeprefix(_OUTER) for name in tensors]
    return sum(1 for module in modules if names.find(f"{module}.weight") is not None)
