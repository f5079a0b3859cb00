"""Write docs/failures from the failures' own files: `python scripts/failure_pages.py`. A test fails when they are
stale.
"""

import sys
from pathlib import Path

from luthier.failures._engine import all_failures
from luthier.failures._pages import index, page, symptoms

FOLDER = Path(__file__).parents[1] / "docs" / "failures"


def pages() -> dict[str, str]:
    """File name to text, of every page and of both indexes."""
    failures = all_failures().values()
    indexes = {"index.md": index(failures), "symptoms.md": symptoms(failures)}
    return {**indexes, **{f"{failure.id}.md": page(failure) for failure in failures}}


def stale() -> list[str]:
    """Files that are missing, differ, or belong to no failure."""
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    return sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))


def main() -> None:
    """Write what is stale and remove what is left over."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name in stale():
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
        print(name, file=sys.stderr)


if __name__ == "__main__":
    main()
