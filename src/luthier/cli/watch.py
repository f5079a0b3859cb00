"""What a person sees while a command works: bars with time left on a terminal, a line now and then elsewhere.

Everything goes to stderr, so that stdout holds the result alone.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from luthier.facts.event import Event, Watch
from luthier.facts.finding import Number
from luthier.stages.plan.times import spoken

SECONDS_BETWEEN_LINES = 5.0


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


def numbers(values: dict[str, Number]) -> str:
    """Values beside a bar: "loss 0.312, rate 4.2e-05"."""
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items()
    )


class Lines:
    """One line for each stage, notice and finding, and one every few seconds while something moves."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._started = self._told = clock()
        self._stage = ""

    def __call__(self, event: Event) -> None:
        """Tell of an event."""
        if event.stage != self._stage or event.kind == "stage":
            self._stage = event.stage
            self._started = self._told = self._clock()
        if event.kind == "progress":
            self._progress(event)
        elif event.text:
            mark = "! " if event.kind == "finding" else ""
            self._say(f"{event.stage}: {mark}{event.text}")

    def _progress(self, event: Event) -> None:
        now = self._clock()
        finished = 0 < event.total <= event.done
        started = now - self._started
        if not finished and now - self._told < SECONDS_BETWEEN_LINES:
            return
        if finished and started < SECONDS_BETWEEN_LINES:
            return
        self._told = now
        parts = [f"{event.done:,} of {event.total:,}" if event.total else f"{event.done:,}"]
        if event.total and event.done:
            left = started / event.done * (event.total - event.done)
            parts.append("done" if finished else f"{spoken(left)} left")
        parts += [numbers(event.numbers)] if event.numbers else []
        self._say(f"{event.stage}: {event.text + ' ' if event.text else ''}{', '.join(parts)}")

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)
