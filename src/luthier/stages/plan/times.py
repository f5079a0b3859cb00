"""Times as people write and say them."""

import math
import re

from luthier.errors import PlanError

_UNITS = {"s": 1, "m": 60, "h": 3600}
_BUDGET = re.compile(r"(?:(?P<h>\d+(?:\.\d+)?)h)?(?:(?P<m>\d+(?:\.\d+)?)m)?(?:(?P<s>\d+(?:\.\d+)?)s?)?")


def seconds_of(text: str) -> float:
    """Read a time: "90", "90s", "5m", "1h30m", "1.5h"; a bare number counts seconds.

    Raises:
        PlanError: it is no time, or no time at all.
    """
    match = _BUDGET.fullmatch(text.replace(" ", "").lower())
    parts = {unit: float(number) for unit, number in match.groupdict().items() if number} if match else {}
    seconds = sum(number * _UNITS[unit] for unit, number in parts.items())
    if not math.isfinite(seconds) or seconds <= 0:
        raise PlanError(f"{text!r} is not a time", where=f"--budget {text}", next_step="write 90s, 5m or 1h30m")
    return seconds


def spoken(seconds: float) -> str:
    """A time as people say it: "40 s", "2 min 40 s", "1 h 5 min"."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
