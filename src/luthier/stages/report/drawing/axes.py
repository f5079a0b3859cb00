"""Scales, ticks and decimation of drawings."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values to positions: `low` to `start`, `high` to `stop`.

    Attributes:
        low, high: ends of the axis, low below high; both positive on a logarithmic axis.
        start, stop: their positions.
        logarithmic: decades are equally long.
    """

    low: float
    high: float
    start: float
    stop: float
    logarithmic: bool = False

    def at(self, values: Floats) -> Floats:
        """Positions of values, kept within the axis."""
        low, high = self.low, self.high
        if self.logarithmic:
            values, low, high = np.log10(np.maximum(values, low)), math.log10(low), math.log10(high)
        share: Floats = np.clip((values - low) / (high - low), 0.0, 1.0)
        return self.start + share * (self.stop - self.start)

    def ticks(self, most: int = 4) -> list[float]:
        """Round values within the axis, about `most` of them."""
        if not self.logarithmic:
            return _round_values(self.low, self.high, most)
        decades = range(math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9) + 1)
        step = max(1, math.ceil(len(decades) / most))
        return [10.0**decade for decade in decades][::step]


def value_scale(values: Floats, start: float, stop: float, *, logarithmic: bool) -> Scale:
    """An axis that holds all finite values; without any it runs from 0 to 1."""
    finite = values[np.isfinite(values)]
    if logarithmic and (finite > 0).any():
        positive = finite[finite > 0]
        low, high = 10 ** math.floor(math.log10(positive.min())), 10 ** math.ceil(math.log10(positive.max()) + 1e-9)
        return Scale(low, high if high > low else low * 10, start, stop, logarithmic=True)
    if not len(finite):
        return Scale(0.0, 1.0, start, stop)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and low < high / 2:
        low = 0.0
    margin = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    return Scale(low if low == 0 else low - margin, high + margin, start, stop)


def needs_logarithm(values: Floats) -> bool:
    """Whether one value stands so far above the rest (50 medians) that a linear axis would flatten them."""
    finite = values[np.isfinite(values)]
    return len(finite) > 0 and bool((finite > 0).all()) and float(finite.max()) > 50 * float(np.median(finite))


def decimated(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """At most four points a column: first, lowest, highest and last, so that no spike is lost.

    This is M4 (Jugel et al., VLDB 2014), whose picture equals that of all points. Values are finite, x ascends.
    """
    if len(x) <= 4 * columns:
        return x, y
    span = x[-1] - x[0] or 1.0
    column = np.minimum(((x - x[0]) / span * columns).astype(np.int64), columns - 1)
    bounds = np.flatnonzero(np.diff(column)) + 1
    starts, stops = np.r_[0, bounds], np.r_[bounds, len(x)]
    kept = {
        int(i) for a, b in zip(starts, stops, strict=True) for i in (a, b - 1, a + y[a:b].argmin(), a + y[a:b].argmax())
    }
    chosen = np.array(sorted(kept))
    return x[chosen], y[chosen]


def short(value: float) -> str:
    """A tick in few characters."""
    if value and not 1e-3 <= abs(value) < 1e5:
        mantissa, _, exponent = f"{value:.0e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.4g}"


def _round_values(low: float, high: float, most: int) -> list[float]:
    raw = (high - low) / most
    unit = 10 ** math.floor(math.log10(raw))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]
