"""Logs of one JSON object a line, with a step and a loss under any usual name."""

from collections.abc import Iterator

import msgspec

from luthier.facts.arguments import Arguments
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.entries import Log, log_of, longest
from luthier.stages.diagnose.readers.lines import candidates, lines
from luthier.stages.diagnose.readers.names import renamed
from luthier.stages.diagnose.readers.recorded import LOG
from luthier.stages.diagnose.readers.state import one_object

LOOKED = 100
"""Lines after which a file without any entry is taken for something else, such as data."""


def read(home: Home, arguments: Arguments | None) -> Log | None:
    """The longest log among the folder's .jsonl and .ndjson files; None where none is a log.

    What Luthier's callback wrote is left to `recorded`: the losses of its evaluations stand beside those of steps.

    Args:
        home: the folder.
        arguments: settings, which tell whether Trainer wrote the log.
    """
    files = [file for file in candidates(home, ".jsonl", ".ndjson") if file.rpartition("/")[2] != LOG]
    return longest(log_of(file, _entries(home, file), arguments) for file in files)


def _entries(home: Home, file: str) -> Iterator[dict[str, float]]:
    """Entries that have a step. A note tells of lines that are no JSON objects."""
    seen = found = damaged = 0
    for line in lines(home, file, "trace"):
        if not line.strip():
            continue
        seen += 1
        entry = _parsed(line)
        damaged += entry is None
        values = renamed(entry) if entry else {}
        if "step" in values:
            found += 1
            yield values
        elif not found and seen >= LOOKED:
            return
    if found and damaged:
        home.note(file, "trace", f"{damaged:,} of {seen:,} lines are no JSON objects")


def _parsed(line: str) -> dict[str, object] | None:
    """The object of a line; NaN and Infinity, which JSON lacks, are read."""
    try:
        value = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return one_object(line)
    return value if isinstance(value, dict) else None
