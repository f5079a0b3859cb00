"""Lines of a saved console output that a known message of a library explains."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log: its file, its number from 1, and its text, cut at 300 characters."""

    file: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ConsoleFacts:
    """What a saved console output says.

    Attributes:
        files: files that were read.
        lines: lines in them.
        messages: name of a known message (`stages/diagnose/readers/console.py`) to the first five lines that hold it.
        counts: name of a known message to the number of lines that hold it.
    """

    files: tuple[str, ...]
    lines: int
    messages: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
