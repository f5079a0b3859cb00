"""Where a model in memory came from."""

from pathlib import Path

from huggingface_hub import try_to_load_from_cache
from huggingface_hub.errors import HFValidationError


def folder_of(name: str) -> Path | None:
    """The folder of a model, or its place in the local cache of the hub; None where neither is on this machine.

    Args:
        name: `_name_or_path` of its config.
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
