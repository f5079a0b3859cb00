"""What `import luthier` promises."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import luthier

ROOT = Path(luthier.__file__)


def test_all_names_can_be_had() -> None:
    """Every public name is there, found lazily, and listed by dir."""
    for name in luthier.__all__:
        assert getattr(luthier, name) is not None, name
    assert set(luthier.__all__) <= set(dir(luthier))
    assert luthier.__all__ == sorted(luthier.__all__)


def test_one_list() -> None:
    """What the type checker sees, what is listed and what is found at run time are the same names."""
    tree = ast.parse(ROOT.read_text())
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.name: node.module
        for block in blocks
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert sorted(seen) == luthier.__all__
    assert {name: home for home, names in luthier._HOMES.items() for name in names} == seen


def test_other_names_are_refused() -> None:
    """A name that is not public is an ordinary AttributeError."""
    with pytest.raises(AttributeError, match="no attribute 'xyzzy'"):
        _ = luthier.xyzzy  # type: ignore[attr-defined]


def test_errors_cost_nothing() -> None:
    """The light names do not load the heavy libraries."""
    code = "import luthier, sys; luthier.LuthierError, luthier.Request; print('torch' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
