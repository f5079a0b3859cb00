"""Curves over steps as inline SVG. Colours come from the page's style through classes, so light and dark both work."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape

from luthier.stages.report.drawing.axes import Floats, Scale, decimated, needs_logarithm, short, value_scale
from luthier.stages.report.foreign import shown

WIDTH, HEIGHT = 360, 208
LEFT, RIGHT, TOP, BOTTOM = 46, 350, 30, 184
COLUMNS = RIGHT - LEFT


@dataclass(frozen=True, slots=True)
class Series:
    """One curve.

    Attributes:
        name: for the legend.
        x, y: shape (n,) each; x ascends; y may hold values that are not finite.
        dots: draw the points too; for few of them.
    """

    name: str
    x: Floats
    y: Floats
    dots: bool = False


def curves(series: Sequence[Series], label: str, *, logarithmic: bool | None = None) -> Markup:
    """Draw curves on common axes.

    A value that is not finite breaks its curve and is marked on the upper edge. Long curves are thinned so that no
    spike is lost. `logarithmic` None means: where one value would flatten all others.
    """
    values = np.concatenate([one.y for one in series])
    if logarithmic is None:
        logarithmic = needs_logarithm(values)
    across = _step_scale(series)
    up = value_scale(values, BOTTOM, TOP, logarithmic=logarithmic)
    parts = [_grid(across, up)]
    parts += [_curve(one, across, up, number) for number, one in enumerate(series)]
    parts.append(_legend(series))
    body = Markup("").join(parts)
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, label, body
    )


def _step_scale(series: Sequence[Series]) -> Scale:
    ends = [float(end) for one in series if len(one.x) for end in (one.x[0], one.x[-1])] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    return Scale(low, high if high > low else low + 1, LEFT, RIGHT)


def _grid(across: Scale, up: Scale) -> Markup:
    parts = []
    for tick in up.ticks():
        y = _at(up, tick)
        parts.append(Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(LEFT, RIGHT, y, y))
        parts.append(
            Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(
                LEFT - 5, y + 3.5, short(tick)
            )
        )
    for tick in across.ticks(5):
        x = min(_at(across, tick), RIGHT - 8.0)
        parts.append(
            Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                x, BOTTOM + 14, short(tick)
            )
        )
    parts.append(Markup('<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(LEFT, RIGHT, BOTTOM, BOTTOM))
    return Markup("").join(parts)


def _curve(one: Series, across: Scale, up: Scale, number: int) -> Markup:
    parts = []
    finite = np.isfinite(one.y)
    for start, stop in _runs(finite):
        x, y = decimated(one.x[start:stop], one.y[start:stop], COLUMNS)
        parts.append(_line(across.at(x), up.at(y), number, dots=one.dots or stop - start == 1))
    broken = sorted(set(np.round(across.at(one.x[~finite]), 1).tolist()))
    for x in broken:
        parts.append(
            Markup(
                '<path class="broken" d="M{} {}l-4 -7h8z"/><line class="broken" x1="{}" x2="{}" y1="{}" y2="{}"/>'
            ).format(x, TOP, x, x, TOP, BOTTOM)
        )
    return Markup("").join(parts)


def _line(x: Floats, y: Floats, number: int, *, dots: bool) -> Markup:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    line = Markup('<polyline class="line s{}" points="{}"/>').format(number % 5, points)
    if not dots:
        return line
    circles = [
        Markup('<circle class="dot s{}" cx="{}" cy="{}" r="2.6"/>').format(number % 5, f"{a:.1f}", f"{b:.1f}")
        for a, b in zip(x[:200], y[:200], strict=True)
    ]
    return line + Markup("").join(circles)


def _legend(series: Sequence[Series]) -> Markup:
    parts, x = [], LEFT
    for number, one in enumerate(series[:5]):
        name = shown(one.name, 24)
        parts.append(
            Markup(
                '<rect class="key s{}" x="{}" y="9" width="9" height="3"/><text class="tick" x="{}" y="14">{}</text>'
            ).format(number % 5, x, x + 13, escape(name))
        )
        x += 26 + round(5.6 * len(name))
    return Markup("").join(parts)


def _runs(finite: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Starts and stops of the stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.r_[False, finite, False].astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _at(scale: Scale, value: float) -> float:
    return round(float(scale.at(np.array([value]))[0]), 1)
