"""Where the files of a model are: a folder, or those of a hub id in the local cache. Light: loads no other library."""

from pathlib import Path

from huggingface_hub import snapshot_download

from luthier.models.foreign import translated
from luthier.models.safety import refuse_unsafe

_WANTED = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "1_Pooling/config.json"]


def locate(model_id: str) -> Path:
    """Folder of a model: the folder itself, or the hub's files in the local cache (downloaded when not there).

    Raises:
        ModelError: there is no such folder or id, or the files are not safe to load.
    """
    folder = Path(model_id)
    if not folder.is_dir():
        folder = _download(model_id)
    refuse_unsafe(folder)
    return folder


def files(folder: Path) -> dict[str, Path]:
    """The files of a model that decide what it computes: name below its folder to path."""
    found = sorted(path for pattern in _WANTED for path in folder.glob(pattern))
    return {path.relative_to(folder).as_posix(): path for path in found}


def _download(model_id: str) -> Path:
    with translated(
        f"no model '{model_id}': it is not a folder here, and the hub did not give it",
        "--model",
        "name a folder that holds config.json and model.safetensors, or a hub id; "
        "offline, download it first where there is a network",
    ):
        return Path(snapshot_download(model_id, allow_patterns=[*_WANTED, "README.md"]))
