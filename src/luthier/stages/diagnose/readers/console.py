"""Known messages in saved console output."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from luthier.facts.console import ConsoleFacts, Line
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.messages import MESSAGES

NAMES = re.compile(
    r".*\.(log|out|err)|nohup.*|(.*[^a-z])?(stdout|stderr|console|output|slurm|log|logs)([^a-z].*)?\.txt"
)
"""Names under which people keep what a run has printed; matched against the lower-case name without its folder."""
MOST_FILES = 50
PART = 2**23
"""Bytes read from the start of a file, and as many from its end: messages stand where a run starts or ends."""
SHOWN = 300
"""Characters of a line that are kept."""
KEPT = 5
"""Lines of one message that are kept; all are counted."""
ECHO = ("warnings.warn(", "logger.warning(", "raise ")
"""Starts of lines that repeat, in source code, what the line above them has said."""
COLOURS = re.compile(rb"\x1b\[[0-9;]{0,20}m")


def console_files(home: Home) -> list[str]:
    """Files that are named like saved console output, those near the top first."""
    found = [file for file in home.files if NAMES.fullmatch(file.rpartition("/")[2].lower()[:200])]
    return sorted(found, key=lambda file: file.count("/"))[:MOST_FILES]


def read(home: Home) -> ConsoleFacts | None:
    """Known messages and the lines that hold them.

    Of a file above 16 MB the first and the last 8 MB are read; lines after the gap have no number (0).

    Args:
        home: the folder.

    Returns:
        What was found; None where no console output was saved.
    """
    files: list[str] = []
    total = 0
    messages: dict[str, list[Line]] = {}
    counts: dict[str, int] = {}
    for file in console_files(home):
        for first, text in _parts(home, file):
            files = files if file in files else [*files, file]
            total += text.count(b"\n") + (not text.endswith(b"\n"))
            for name, at, line in _hits(text):
                counts[name] = counts.get(name, 0) + 1
                if counts[name] <= KEPT:
                    number = first + text.count(b"\n", 0, at) if first else 0
                    messages.setdefault(name, []).append(Line(file, number, line))
    if not files:
        return None
    return ConsoleFacts(tuple(files), total, {name: tuple(found) for name, found in messages.items()}, counts)


def _parts(home: Home, file: str) -> Iterator[tuple[int, bytes]]:
    """Number of the first line and text of the parts that are read, in UTF-8 and without colours."""
    try:
        size = (home.path / file).stat().st_size
        with (home.path / file).open("rb") as stream:
            start = stream.read(PART if size > 2 * PART else 2 * PART)
            coding = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}.get(start[:2], "")
            gap = size > 2 * PART
            home.note(file, "console", f"{size:,} bytes; the first and the last {PART:,} were read" if gap else "")
            if start:
                yield 1, _plain(start, coding)
            if gap:
                stream.seek((size - PART) & ~1)
                yield 0, _plain(stream.read(PART + 1), coding)
    except OSError as error:
        home.note(file, "console", f"cannot be read: {error.strerror}")


def _plain(text: bytes, coding: str) -> bytes:
    return COLOURS.sub(b"", text.decode(coding, errors="replace").encode() if coding else text)


def _hits(text: bytes) -> Iterator[tuple[str, int, str]]:
    """Name of a message, place and line, once for each line that holds it; a carriage return ends a line too."""
    ended = text.replace(b"\r", b"\n")
    for name, wordings in MESSAGES.items():
        found = {place for wording in wordings for place in _lines_with(ended, wording.encode())}
        for begin, end in sorted(found):
            line = text[begin : min(end, begin + 4 * SHOWN)].decode("utf-8", errors="replace").strip()
            if not line.startswith(ECHO):
                yield name, begin, line[:SHOWN]


def _lines_with(text: bytes, wording: bytes) -> Iterator[tuple[int, int]]:
    """Begin and end of the lines that hold a wording."""
    at = text.find(wording)
    while at >= 0:
        begin, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
        yield begin, end if end >= 0 else len(text)
        at = text.find(wording, end) if end >= 0 else -1
