"""What a model's own card states about it: the front matter of its README.md."""

from pathlib import Path

import yaml

_MOST = 100_000


def license_of(folder: Path) -> str:
    """SPDX id or name of the license as the card states it; empty where it does not, or cannot be read."""
    stated = _front_matter(folder / "README.md").get("license")
    return stated.strip() if isinstance(stated, str) else ""


def _front_matter(card: Path) -> dict[str, object]:
    """The YAML between the first two lines of dashes. Format: the hub's model-card specification."""
    try:
        with card.open(encoding="utf-8", errors="replace") as file:
            start, *rest = file.read(_MOST).split("\n---", 1)
        found = yaml.safe_load(start.removeprefix("---")) if start.startswith("---") and rest else None
    except (OSError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}
