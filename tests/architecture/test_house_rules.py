"""House rules that a person would forget to look for (docs/map.md)."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "luthier"
TESTS = ROOT / "tests"
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
LATE_IMPORTS = ("__init__.py", "run.py", "reproduce.py", "cli/")
OWN_KINDS_OF_TEST = {"architecture", "conformance", "properties", "golden", "end_to_end"}

Rule = Callable[[str, ast.AST], bool]


def prints(name: str, node: ast.AST) -> bool:
    """A print outside cli."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    return called and not name.startswith("cli/")


def catches_all(name: str, node: ast.AST) -> bool:
    """`except Exception`, `except BaseException` and bare `except`, unless it only tidies up and raises again."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def passes_anything_on(name: str, node: ast.AST) -> bool:
    """A `**kwargs` handed to another call; taking it is fine where a foreign caller sends more than we read."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.args.kwarg is None:
        return False
    calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
    passed = {ast.unparse(keyword.value) for call in calls for keyword in call.keywords if keyword.arg is None}
    return node.args.kwarg.arg in passed


def imports_late(name: str, node: ast.AST) -> bool:
    """An import inside a function, where start-up is not the reason."""
    if name.startswith(LATE_IMPORTS) or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))


def imports_root(name: str, node: ast.AST) -> bool:
    """An import through the package's own front door."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "luthier" or node.level > 0
    return isinstance(node, ast.Import) and any(alias.name == "luthier" for alias in node.names)


RULES: tuple[Rule, ...] = (prints, catches_all, passes_anything_on, imports_late, imports_root)


def breaches(rule: Rule, root: Path) -> Iterator[str]:
    """Places below a folder that break a rule."""
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if rule(name, node):
                yield f"{name}:{node.lineno}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Rule) -> None:
    """No source file breaks the rule."""
    assert list(breaches(rule, SRC)) == []


def test_the_rules_see(tmp_path: Path) -> None:
    """Each rule finds a planted breach."""
    (tmp_path / "planted.py").write_text(
        "import luthier\ndef f(**kwargs):\n  import os\n  try: print(**kwargs)\n  except (OSError, Exception): pass\n"
    )

    assert [rule.__name__ for rule in RULES if not list(breaches(rule, tmp_path))] == []


def test_no_drawer_files() -> None:
    """No file or folder is named after a drawer into which anything fits."""
    names = [path for folder in (SRC, TESTS) for path in folder.rglob("*") if path.stem in FORBIDDEN_NAMES]

    assert names == []


def test_inner_packages_are_empty() -> None:
    """Only the root `__init__.py` holds anything: nobody imports through a front door."""
    filled = [path for path in SRC.rglob("__init__.py") if path.parent != SRC and path.read_text().strip()]

    assert filled == []


def test_tests_mirror_the_source() -> None:
    """A test file stands where the file that it tests stands, and carries its name or begins with it."""
    strays = []
    for path in TESTS.rglob("test_*.py"):
        inside = path.relative_to(TESTS)
        if inside.parts[0] in OWN_KINDS_OF_TEST:
            continue
        twin = ROOT / "scripts" if inside.parts[0] == "scripts" else SRC / inside.parent
        sources = {source.stem.strip("_") for source in twin.glob("*") if source.name != "__init__.py"}
        name = path.stem.removeprefix("test_")
        if not any(name == source or name.startswith(f"{source}_") for source in sources):
            strays.append(inside.as_posix())

    assert strays == []


def test_every_test_says_what_it_shows() -> None:
    """Each test function has a docstring."""
    silent = [
        f"{path.relative_to(TESTS)}:{node.lineno} {node.name}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_one_conftest() -> None:
    """Fixtures have one home."""
    assert [path.relative_to(TESTS).as_posix() for path in TESTS.rglob("conftest.py")] == ["conftest.py"]
