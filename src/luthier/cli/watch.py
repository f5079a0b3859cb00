"""What a person sees while a command works: bars with time left on a terminal, a line now and then elsewhere.

Everything goes to stderr, so that stdout holds the result alone.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from luthier.cli.lines import Lines
from luthier.facts.event import Watch


@contextmanager
def watching(stream: TextIO | None = None) -> Iterator[Watch]:
    """A watcher that suits the stream (stderr when None), for as long as the command works."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield Lines(stream)
        return
    from luthier.cli.bars import Bars

    with Bars(stream) as bars:
        yield bars
