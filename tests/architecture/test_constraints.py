"""constraints.txt pins everything that Luthier and its checks install."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What a torch with accelerator support brings along depends on the machine, and is pinned by torch itself.
ACCELERATOR = ("nvidia-", "cuda-", "triton")


def normal(name: str) -> str:
    """A distribution name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(name: str, extra: str, found: set[str]) -> set[str]:
    """Names of all distributions that one needs here, directly or not."""
    for line in distribution(name).requires or []:
        child = normal(re.split(r"[\s;\[<>=!~(]", line, maxsplit=1)[0])
        wanted = "extra ==" not in line or f"'{extra}'" in line.replace('"', "'")
        if wanted and child not in found and not child.startswith(ACCELERATOR):
            try:
                distribution(child)
            except PackageNotFoundError:
                continue  # meant for another platform or Python
            found.add(child)
            needed(child, "", found)
    return found


def test_all_pinned() -> None:
    """Every distribution in the closure of Luthier's requirements has an exact pin."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {normal(line.partition("==")[0]) for line in lines if "==" in line}

    assert sorted(needed("luthier", "dev", set()) - pinned) == []


def test_no_addresses() -> None:
    """The file names packages and versions, nothing else."""
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        assert re.fullmatch(r"#.*|[\w.-]+==[\w.]+|", line), line
