"""Functions and files stay small enough to be read in one go (docs/map.md, house numbers)."""

import ast
from pathlib import Path

import numpy as np

SRC = Path(__file__).parents[2] / "src" / "luthier"
FILES = sorted(SRC.rglob("*.py"))


def function_lengths(path: Path) -> dict[str, int]:
    """Name of every function in a file to its lines, signature and docstring included."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, functions)]
    return {f"{path.relative_to(SRC)}:{n.lineno} {n.name}": (n.end_lineno or n.lineno) - n.lineno + 1 for n in nodes}


def test_functions_are_short() -> None:
    """90 % of the functions have at most 30 lines, none more than 60."""
    lengths = {name: lines for path in FILES for name, lines in function_lengths(path).items()}

    assert {name: lines for name, lines in lengths.items() if lines > 60} == {}
    assert np.percentile(list(lengths.values()), 90) <= 30


def test_files_are_short() -> None:
    """90 % of the files have at most 300 lines, none more than 500."""
    lengths = {str(path.relative_to(SRC)): len(path.read_text().splitlines()) for path in FILES}

    assert {name: lines for name, lines in lengths.items() if lines > 500} == {}
    assert np.percentile([lines for lines in lengths.values() if lines], 90) <= 300
