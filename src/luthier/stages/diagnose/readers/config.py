"""The configs of a saved model, and the folder in which it stands."""

import re
from pathlib import Path

from luthier.facts.arguments import Plain
from luthier.facts.saved import SavedConfig
from luthier.stages.diagnose.home import Home

PART = "config"
CONFIG, GENERATION, ADAPTER = "config.json", "generation_config.json", "adapter_config.json"
LARGEST = 16 * 2**20
"""Bytes of a config; the largest that we have met, with label names of 21,000 classes, has under 2 MB."""
MOST_CHECKPOINTS = 9
"""Checkpoints beside the first whose label names are compared."""
_CHECKPOINT = re.compile(r"checkpoint-([0-9]{1,12})")


def checkpoint_step(name: str) -> int | None:
    """Step in the name of a checkpoint folder, as Trainer writes it; None for other names."""
    found = _CHECKPOINT.fullmatch(name)
    return int(found[1]) if found else None


def checkpoint_folders(home: Home) -> list[str]:
    """Checkpoint folders directly below the folder that was named, oldest step first; empty ones too."""
    numbered = [(checkpoint_step(name), name) for name in home.folders if "/" not in name]
    return [name for step, name in sorted((step, name) for step, name in numbered if step is not None)]


def model_folder(home: Home) -> str | None:
    """Where the model stands: at the top (""), else in the newest checkpoint that holds one, else in a folder below.

    None where there is no config of a model and none of an adapter.
    """
    below = [name for name in home.folders if "/" not in name and checkpoint_step(name) is None]
    for folder in ("", *reversed(checkpoint_folders(home)), *below):
        if home.named(CONFIG, ADAPTER, below=folder):
            return folder
    return None


def read(home: Home, folder: str | None, base: Path | None = None) -> SavedConfig | None:
    """The configs of a saved model; None where there is no config.json, or none that can be read.

    Args:
        home: what the user named.
        folder: what `model_folder` found.
        base: folder of the model that was fine-tuned, where it is at hand.

    Raises:
        RunError: the base is no folder.
    """
    if folder is None:
        return None
    model = home.json(CONFIG, PART, LARGEST, below=folder)
    if model is None:
        return None
    return SavedConfig(
        folder=folder,
        model=model,
        generation=home.json(GENERATION, PART, LARGEST, below=folder) or {},
        base=_base_config(home, base),
        files=tuple(name for name in home.below(folder) if "/" not in name),
        earlier=_earlier(home, folder),
    )


def _earlier(home: Home, folder: str) -> dict[str, tuple[str, ...]]:
    """Label names of the first and the newest checkpoints."""
    names = [name for name in checkpoint_folders(home) if name != folder]
    found = {}
    for name in (*names[:1], *names[1:][-MOST_CHECKPOINTS:]):
        model = home.aside().json(CONFIG, PART, LARGEST, below=name) or {}
        if labels := SavedConfig(name, model).labels:
            found[name] = labels
    return found


def _base_config(home: Home, base: Path | None) -> dict[str, Plain]:
    if base is None:
        return {}
    of_base = Home(base)
    config = of_base.json(CONFIG, PART, LARGEST, below=model_folder(of_base) or "")
    for source in of_base.sources:
        home.note(f"{base.name}/{source.file}", PART, source.note)
    return config or {}
