"""Runs that lie beside each other in one folder and differ in their seed or number alone."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sibling:
    """One of them: its folder, and its scores by name without "eval_"."""

    name: str
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SiblingFacts:
    """All of them.

    Attributes:
        runs: those that saved scores, in the order of their numbers.
        reported: scores that stand above them, in the folder that holds them all, by the same names; empty for none.
        source: file that these were read from.
    """

    runs: tuple[Sibling, ...] = ()
    reported: dict[str, float] = field(default_factory=dict)
    source: str = ""
