"""Ctrl-C that waits for the end of a step, and the signal of a cluster that wants its machine back likewise.

In the middle of a step weights and optimiser do not fit each other, so nothing that could be saved there is worth
keeping. The first signal is therefore noted and acted on between two steps; a second one stops at once. Schedulers send
SIGTERM and wait some seconds before they kill (Slurm: KillWait, 30 s), which is time for a checkpoint.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_UNTAKEN = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
"""What handles a signal where nobody has taken it."""


@dataclass(slots=True)
class Held:
    """Whether somebody asked to stop."""

    asked: bool = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: note the first, let the second through."""
        if self.asked:
            signal.default_int_handler(number, frame)
        self.asked = True


@contextmanager
def held_back() -> Iterator[Held]:
    """Hold the signals back for as long as the block lasts; one that nobody acted on is raised at its end.

    Only the main thread can, and only where nobody else has taken a signal; elsewhere they do what they did.
    """
    held = Held()
    free = {number: own for number, own in _UNTAKEN.items() if signal.getsignal(number) is own}
    if threading.current_thread() is not threading.main_thread() or signal.SIGINT not in free:
        yield held
        return
    for number in free:
        signal.signal(number, held.note)
    try:
        yield held
    finally:
        for number, own in free.items():
            signal.signal(number, own)
    if held.asked:
        raise KeyboardInterrupt
