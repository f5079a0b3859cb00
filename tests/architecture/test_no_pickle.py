"""Nothing that Luthier reads or writes can run code: no pickle anywhere, under any name."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "luthier"
MODULES = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
CALLS = {"torch.load", "torch.save", "pandas.read_pickle", "pd.read_pickle"}


def unsafe(source: str) -> list[str]:
    """Imports and calls in a piece of source that pickle or unpickle."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.partition(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in MODULES:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            found += [ast.unparse(node.func)] if ast.unparse(node.func) in CALLS else []
            found += ["allow_pickle" for keyword in node.keywords if keyword.arg == "allow_pickle"]
    return found


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_no_pickle(path: Path) -> None:
    """No source file imports a pickling library or calls a function that unpickles."""
    assert unsafe(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from joblib import load", "torch.load('x')", "np.load('x', allow_pickle=True)", "import dill.x"],
)
def test_the_lint_sees(source: str) -> None:
    """The lint itself finds each form."""
    assert unsafe(source)
