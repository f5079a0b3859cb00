"""Nothing that Luthier reads or writes can run code: no pickle anywhere, under any name."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "luthier"
MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "pickle5",
    "cloudpickle",
    "dill",
    "joblib",
    "jsonpickle",
    "shelve",
    "marshal",
    "copyreg",
    "_compat_pickle",
}
MEMBERS = {
    "torch": {"load", "save"},
    "torch.serialization": {"load", "save"},
    "pandas": {"read_pickle"},
    "multiprocessing": {"reduction"},
}
CALLS = {f"{module}.{name}" for module, names in MEMBERS.items() for name in names} | {"pd.read_pickle"}
WALKER = "stages/diagnose/readers/pickles.py"
"""The one file that may split a pickle into opcodes; `pickletools` describes pickles and loads none."""


def unsafe(source: str, name: str = "") -> list[str]:
    """Imports and calls in a piece of source that pickle or unpickle."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if _banned(alias.name, name)]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            members = MEMBERS.get(module, set())
            found += [module] if _banned(module, name) else []
            found += [f"{module}.{alias.name}" for alias in node.names if alias.name in members]
        elif isinstance(node, ast.Call):
            found += [ast.unparse(node.func)] if ast.unparse(node.func) in CALLS else []
            found += ["allow_pickle" for keyword in node.keywords if keyword.arg == "allow_pickle"]
            found += [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant) and arg.value in MODULES]
    return found


def _banned(module: str, name: str) -> bool:
    top = module.partition(".")[0]
    return top in MODULES or (top == "pickletools" and name != WALKER)


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_no_pickle(path: Path) -> None:
    """No source file imports a pickling library or calls a function that unpickles."""
    assert unsafe(path.read_text(), path.relative_to(SRC).as_posix()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import pickle as harmless",
        "from pickle import Unpickler",
        "from joblib import load",
        "import cloudpickle",
        "import dill.x",
        "import pickletools",
        "from pickletools import genops",
        "torch.load('x')",
        "torch.serialization.load('x')",
        "from torch import load",
        "from torch.serialization import load as read",
        "np.load('x', allow_pickle=True)",
        "pd.read_pickle('x')",
        "from pandas import read_pickle",
        "importlib.import_module('pickle')",
        "__import__('dill')",
        "from multiprocessing import reduction",
    ],
)
def test_the_lint_sees(source: str) -> None:
    """The lint itself finds each form."""
    assert unsafe(source)


def test_only_the_walker_splits_pickles() -> None:
    """The file that may import `pickletools` is there, and may import no pickle."""
    assert (SRC / WALKER).is_file()
    assert unsafe("import pickletools", WALKER) == []
    assert unsafe("import pickle", WALKER) == ["pickle"]
