"""Progress as lines of text, for logs and pipes."""

import time
from collections.abc import Callable
from typing import TextIO

from luthier.facts.event import Event
from luthier.facts.finding import Number
from luthier.stages.plan.times import spoken

SECONDS_BETWEEN_LINES = 5.0


def numbers(values: dict[str, Number]) -> str:
    """Values beside a bar: "loss 0.312, rate 4.2e-05"."""
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items()
    )


class Lines:
    """One line for each stage, notice and finding, and one now and then while something moves.

    Lines grow rarer as a stage grows longer: twenty minutes do not need two hundred of them.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._told = clock()
        self._began: dict[str, tuple[float, int]] = {}

    def __call__(self, event: Event) -> None:
        """Tell of an event."""
        if event.kind == "stage":
            self._began.pop(event.stage, None)
        # A run that goes on starts in the middle: what was done before tells nothing of the speed now.
        began, done = self._began.setdefault(event.stage, (self._clock(), event.done))
        if event.kind == "progress":
            self._progress(event, self._clock() - began, event.done - done)
        elif event.text:
            mark = "! " if event.kind == "finding" else ""
            self._say(f"{event.stage}: {mark}{event.text}")

    def _progress(self, event: Event, seconds: float, done: int) -> None:
        finished = 0 < event.total <= event.done
        since = self._clock() - self._told
        if seconds < SECONDS_BETWEEN_LINES or (not finished and since < max(SECONDS_BETWEEN_LINES, seconds / 20)):
            return
        parts = [f"{event.done:,} of {event.total:,}" if event.total else f"{event.done:,}"]
        if finished:
            parts.append("done")
        elif event.total and done > 0:
            parts.append(f"{spoken(seconds / done * (event.total - event.done))} left")
        parts += [numbers(event.numbers)] if event.numbers else []
        self._say(f"{event.stage}: {event.text + ' ' if event.text else ''}{', '.join(parts)}")

    def _say(self, line: str) -> None:
        self._told = self._clock()
        print(line, file=self._stream, flush=True)
