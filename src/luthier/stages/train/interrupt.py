"""Ctrl-C that waits for the end of a step.

In the middle of a step weights and optimiser do not fit each other, so nothing that could be saved there is worth
keeping. The first Ctrl-C is therefore noted and acted on between two steps; a second one stops at once.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


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
    """Hold Ctrl-C back for as long as the block lasts; one that nobody acted on is raised at its end.

    Only the main thread can, and only where nobody else has taken the signal; elsewhere Ctrl-C does what it did.
    """
    held = Held()
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield held
        return
    signal.signal(signal.SIGINT, held.note)
    try:
        yield held
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if held.asked:
        raise KeyboardInterrupt
