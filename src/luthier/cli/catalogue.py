"""Failures by the words that people type. What knows them is imported when asked, so that help stays quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luthier.cli.parser import nearest
from luthier.errors import LuthierError

if TYPE_CHECKING:
    from luthier.failures._contract import Failure


def known_failures() -> dict[str, Failure]:
    """Every failure by its id."""
    from luthier.failures._engine import all_failures

    return all_failures()


def failure_named(word: str) -> Failure:
    """The failure with this id; hyphens and capitals do not matter.

    Raises:
        LuthierError: there is none.
    """
    known = known_failures()
    name = word.strip().lower().replace("-", "_")
    if name not in known:
        parts = [one for one in known if name in one]
        hint = f"did you mean {', '.join(parts)}?" if name and parts else nearest(name, known)
        raise LuthierError(f"there is no failure {word}", next_step=hint or "luthier failures lists them all")
    return known[name]
