"""A dataset on the Hugging Face hub, by its id: data files only, no script is fetched or run."""

import re
from pathlib import Path

import huggingface_hub
import huggingface_hub.errors

from luthier.errors import InputError
from luthier.stages.data.formats._contract import Raw, read_path
from luthier.stages.data.formats._folder import DATA

SAYS = "a hub id (owner/name)"

_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def recognises(path: Path) -> bool:
    """Whether nothing stands at the path and it reads like owner/name, without the ending of a data file."""
    return (
        not path.exists() and bool(_ID.fullmatch(path.as_posix())) and not path.name.lower().endswith((*DATA, ".txt"))
    )


def read(path: Path) -> Raw:
    """Fetch the data files of a dataset into the hub's cache and read them; the cache serves when offline.

    Raises:
        InputError: not on the hub, not reachable, or none of its files can be read.
    """
    name = path.as_posix()
    try:
        folder = huggingface_hub.snapshot_download(
            name, repo_type="dataset", allow_patterns=[f"*{one}" for one in DATA]
        )
    except (huggingface_hub.errors.HfHubHTTPError, ValueError, OSError) as error:
        raise InputError(
            f"no such file, and the hub gives no dataset of that name ({type(error).__name__})",
            where=name,
            next_step="check the spelling, the connection and HF_TOKEN, or give a local file",
        ) from error
    return read_path(Path(folder))
