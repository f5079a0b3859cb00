"""Libraries that users of the integrations may have and Luthier does not need."""

import importlib
from types import ModuleType

from luthier.errors import RunError


def need(name: str) -> ModuleType:
    """A library that is not among Luthier's own requirements.

    Raises:
        RunError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise RunError(f"{name} is not installed", next_step=f"pip install {name.partition('.')[0]}") from error
