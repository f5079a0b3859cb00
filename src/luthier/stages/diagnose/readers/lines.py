"""Lines of a file of text, one after another, however large or strange the file is."""

import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from luthier.stages.diagnose.home import MOST_TEXT, Home

MOST_LINE = 2**20
"""Characters of one line; a longer one comes in pieces. Entries of logs have a few hundred."""


MOST_CANDIDATES = 50
"""Files of one format that are opened to see whether they are a log."""


def candidates(home: Home, *endings: str) -> list[str]:
    """Files that end so, those near the top first; the diary says where there were too many."""
    found = sorted((file for file in home.files if file.lower().endswith(endings)), key=lambda file: file.count("/"))
    if len(found) > MOST_CANDIDATES:
        home.note("", "trace", f"{len(found):,} files of {', '.join(endings)}; {MOST_CANDIDATES} were looked at")
    return found[:MOST_CANDIDATES]


def lines(home: Home, name: str, part: str) -> Iterator[str]:
    """Lines without their ends; a carriage return ends a line too, as progress bars write it.

    UTF-8, or UTF-16 where the file begins with its mark (consoles of Windows write that). Bytes that are neither
    become U+FFFD. At most MOST_TEXT characters are read; the diary says what was left out.

    Args:
        home: the folder.
        name: file below it.
        part: part of the evidence, for the diary.
    """
    left = MOST_TEXT
    try:
        with (home.path / name).open("rb") as file:
            text = io.TextIOWrapper(file, encoding=_encoding(file.peek(2)), errors="replace", newline="\n")
            while line := text.readline(MOST_LINE):
                left -= len(line)
                if left < 0:
                    home.note(name, part, f"more than {MOST_TEXT:,} characters; the rest was not read")
                    return
                yield from line.rstrip("\r\n").split("\r")
    except OSError as error:
        home.note(name, part, f"cannot be read: {error.strerror}")


def _encoding(start: bytes) -> str:
    return "utf-16" if start[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"
