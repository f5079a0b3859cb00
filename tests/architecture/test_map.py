"""docs/map.md shows the tree as it is."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "luthier"


def mapped() -> set[Path]:
    """The paths that the tree in the map names."""
    tree = (ROOT / "docs" / "map.md").read_text().split("```")[1]
    found: set[Path] = set()
    above: list[str] = []
    for line in tree.splitlines():
        if line.strip():
            depth = (len(line) - len(line.lstrip())) // 2
            above = [*above[:depth], line.split()[0].rstrip("/")]
            found.add(ROOT.joinpath(*above))
    return found


def test_what_is_on_the_map_is_there() -> None:
    """The tree names nothing that does not exist."""
    assert sorted(path for path in mapped() if not path.exists()) == []


def test_what_is_there_is_on_the_map() -> None:
    """Every file and folder directly below the package and below stages has its line."""
    there = {path for folder in (SRC, SRC / "stages") for path in folder.iterdir()}
    ignored = {path for path in there if path.name == "__pycache__" or path.name == "py.typed"}
    inner = {SRC / "stages" / "__init__.py"}

    assert sorted(there - ignored - inner - mapped()) == []
