"""Where a model in memory came from."""

from pathlib import Path
from typing import Any

from huggingface_hub import try_to_load_from_cache
from huggingface_hub.errors import HFValidationError

from luthier.integrations.opened import base_of


def name_of(model: Any) -> str:
    """What a model was loaded from, as its config says; empty where it does not."""
    return str(getattr(getattr(base_of(model), "config", None), "_name_or_path", "") or "")


def folder_of(name: str) -> Path | None:
    """The folder of a model, or its place in the local cache of the hub; None where neither is on this machine.

    Args:
        name: what `name_of` said.
    """
    if not name:
        return None
    try:
        if Path(name).is_dir():
            return Path(name)
        cached = try_to_load_from_cache(name, "config.json")
    except (OSError, HFValidationError):  # a path that is gone and can be no name of the hub
        return None
    return Path(cached).parent if isinstance(cached, str) else None
