"""Folder to plug-ins: the only dynamic import in Luthier.

A plug-in is a file. Its name is its id. A file that fails to import raises; nothing is skipped. Files and folders that
begin with an underscore are the contract and its helpers, not plug-ins.
"""

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

from luthier.errors import RegistryError

T = TypeVar("T")
Load = Callable[[str, str, ModuleType], T]

_loaded: dict[str, dict[str, object]] = {}


def plug_ins(package: str, load: Load[T]) -> dict[str, T]:
    """Import every plug-in below a package once.

    Args:
        package: dotted name of the folder.
        load: makes the plug-in from (folder name, file name, module).

    Returns:
        Id to plug-in, in alphabetical order of ids.

    Raises:
        RegistryError: two files have the same name, or `load` refuses one.
    """
    if package not in _loaded:
        found: dict[str, object] = {}
        for folder, name, module in _modules(package):
            if name in found:
                raise RegistryError(f"two plug-ins are called {name}", where=str(module.__file__))
            found[name] = load(folder, name, module)
        _loaded[package] = dict(sorted(found.items()))
    return _loaded[package]  # type: ignore[return-value]


def _modules(package: str) -> list[tuple[str, str, ModuleType]]:
    root = importlib.import_module(package)
    found = []
    for info in pkgutil.iter_modules(root.__path__):
        if info.name.startswith("_"):
            continue
        if info.ispkg:
            found += _modules(f"{package}.{info.name}")
        else:
            module = importlib.import_module(f"{package}.{info.name}")
            found.append((package.rpartition(".")[2], info.name, module))
    return found
