"""What is refused before anything of a checkpoint is loaded.

Nothing from a checkpoint is executed. Weights must be safetensors, and a folder is refused whose files could make a
library run code, fetch code, or look elsewhere for weights:

- `auto_map`, `trust_remote_code` and their like in any JSON file, at any depth (CVE-2026-5241: a config switched remote
  code on);
- an attention implementation other than Transformers' own: Transformers fetches it from the hub as compiled code;
- a list of weight files that leads out of the folder, or to files that are not safetensors: those are unpickled;
- an adapter, which makes Transformers load another folder than the one that was looked at;
- quantised weights, whose loaders are packages of their own;
- sentence-transformers modules of classes that are not its own.

Scanning for bad content is no safety boundary (four bypasses of picklescan in 2025); deciding by format is.
"""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from safetensors import safe_open

from luthier.errors import ModelError
from luthier.models.foreign import translated

Shapes = dict[str, tuple[int, ...]]

CODE_KEYS = frozenset({"auto_map", "trust_remote_code", "custom_pipelines", "custom_generate", "use_kernels"})
_ATTENTION_KEYS = frozenset({"attn_implementation", "experts_implementation"})
_OWN_ATTENTION = frozenset({"eager", "sdpa", "flex_attention"})
_PICKLED = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".msgpack", ".joblib"})
_LARGEST_JSON = 1 << 28  # 256 MiB: the largest tokenizer.json that we have met has 34 MB
_ANOTHER = "choose a model that Transformers supports itself"


def refuse_unsafe(folder: Path) -> None:
    """Look at all files of a checkpoint that a library would read.

    Raises:
        ModelError: the folder is not a model, or not safe to load; names the file.
    """
    if not (folder / "config.json").is_file():
        raise ModelError(
            "no config.json in this folder", where=str(folder), next_step="name the folder of a Transformers model"
        )
    for path in sorted(folder.rglob("*.json")):
        _refuse_json(path)
    if (folder / "adapter_config.json").exists():
        raise ModelError(
            "this is an adapter, not a model; it names another model to load",
            where=str(folder / "adapter_config.json"),
            next_step="merge the adapter into its model and save that",
        )
    _refuse_other_weights(folder)
    weight_shapes(folder)


def read_json(path: Path) -> object:
    """Any JSON value.

    Raises:
        ModelError: unreadable, too large or not JSON.
    """
    with translated("cannot be read as JSON", path, "fetch the file again"):
        if path.stat().st_size > _LARGEST_JSON:
            raise ValueError(f"{path.stat().st_size:,} bytes are too many for a file of settings")
        return json.loads(path.read_text(encoding="utf-8"))


def _refuse_json(path: Path) -> None:
    content = read_json(path)
    if path.name in {"config.json", "tokenizer_config.json"} and not isinstance(content, dict):
        raise ModelError(
            f"holds a {type(content).__name__} where an object was expected",
            where=str(path),
            next_step="fetch the file again",
        )
    for key, value in _pairs(content):
        if key in CODE_KEYS:
            raise ModelError(
                f"this model needs code of its own ({key}); Luthier runs no code from a checkpoint",
                where=str(path),
                next_step=_ANOTHER,
            )
        if key.lstrip("_") in _ATTENTION_KEYS and not _own(value):
            raise ModelError(
                f"{key} {value!r} would be fetched as code; Luthier runs no code from a checkpoint",
                where=str(path),
                next_step=f"take {key} out of the file where you trust the model, or choose another",
            )
    if path.name == "config.json" and isinstance(content, dict) and content.get("quantization_config"):
        raise ModelError(
            "the weights are quantised; they cannot be fine-tuned",
            where=str(path),
            next_step="choose the model that it was made from",
        )
    if path.name == "modules.json":
        _refuse_modules(path, content)
    if path.name.endswith(".safetensors.index.json"):
        _refuse_index(path, content)


def _own(attention: object) -> bool:
    return attention is None or (isinstance(attention, str) and attention in _OWN_ATTENTION)


def _pairs(content: object) -> Iterator[tuple[str, object]]:
    """Every key with its value, at any depth."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value.items()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _refuse_modules(path: Path, content: object) -> None:
    for key, value in _pairs(content):
        if key == "type" and not str(value).startswith("sentence_transformers."):
            raise ModelError(
                f"this model needs code of its own (module {value!r}); Luthier runs no code from a checkpoint",
                where=str(path),
                next_step=_ANOTHER,
            )


def _refuse_index(path: Path, content: object) -> None:
    files = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(files, dict):
        raise ModelError("has no weight_map", where=str(path), next_step="fetch the file again")
    for name in sorted({str(file) for file in files.values()}):
        if not name.endswith(".safetensors") or PurePosixPath(name).name != name or "\\" in name:
            raise ModelError(
                f"names {name!r} as weights; only safetensors files beside it are read",
                where=str(path),
                next_step="fetch the model again from a source that you trust",
            )
        if not (path.parent / name).is_file():
            raise ModelError(f"names {name!r}, which is not there", where=str(path), next_step="fetch the model again")


def _refuse_other_weights(folder: Path) -> None:
    if any(folder.glob("*.safetensors")):
        return
    others = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _PICKLED)
    raise ModelError(
        f"no safetensors weights{f', only {others[0]}, which can run code when it is loaded' if others else ''}",
        where=str(folder),
        next_step="convert the weights to safetensors where you trust them, or choose another model",
    )


def weight_shapes(folder: Path) -> Shapes:
    """Name to shape of every weight in the folder's safetensors files, from their headers alone.

    Raises:
        ModelError: a header is damaged; the library checks length, offsets, overlaps and dtypes.
    """
    shapes: Shapes = {}
    for path in sorted(folder.glob("*.safetensors")):
        with translated("these weights cannot be read", path, "fetch the file again"), safe_open(path, "pt") as file:
            shapes |= {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    return shapes
