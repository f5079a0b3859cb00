"""How long an experiment may take."""

import time
from collections.abc import Callable


class Budget:
    """Counts down from some seconds. Nothing is cut short by it: an experiment asks before each further step.

    Args:
        seconds: allowance.
        clock: seconds since some moment.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds that remain; 0 when there are none."""
        return max(0.0, self._end - self._clock())

    def lasts(self) -> bool:
        """Whether another step may begin."""
        return self._clock() < self._end
