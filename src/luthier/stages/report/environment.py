"""What a run ran on: versions, processor, threads."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("luthier", "torch", "transformers", "accelerate", "tokenizers", "safetensors", "scikit-learn", "numpy")


def environment() -> dict[str, str]:
    """Names to versions and numbers, as text."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    found["processor cores"] = str(os.cpu_count())
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
