"""JSON lines: one object a line."""

from pathlib import Path

from luthier.stages.data.formats._contract import UNSPLIT, Raw, suffix
from luthier.stages.data.formats._json_lines import read_lines
from luthier.stages.data.formats._text import read_text

SAYS = "JSON lines (.jsonl, .ndjson, also .gz)"


def recognises(path: Path) -> bool:
    """Whether the name ends in .jsonl or .ndjson."""
    return path.is_file() and suffix(path) in {".jsonl", ".ndjson"}


def read(path: Path) -> Raw:
    """Read JSON lines.

    Raises:
        InputError: a line is not JSON or not an object.
    """
    text = read_text(path)
    return Raw({UNSPLIT: read_lines(text)}, notices=text.notices)
