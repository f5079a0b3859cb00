"""A score with its interval as a small picture for a table."""

import numpy as np
from markupsafe import Markup

from luthier.facts.evaluation import Interval
from luthier.stages.report.drawing.axes import Scale, short

WIDTH, HEIGHT = 180, 18
MARGIN = 6


def scale_of(intervals: list[Interval]) -> Scale | None:
    """A common axis for several scores, or None where none is finite."""
    ends = [end for one in intervals for end in (one.low, one.high, one.value) if np.isfinite(end)]
    if not ends:
        return None
    low, high = min(ends), max(ends)
    margin = (high - low) * 0.04 or 0.01
    return Scale(low - margin, high + margin, MARGIN, WIDTH - MARGIN)


def strip(interval: Interval, scale: Scale | None, *, own: bool) -> Markup | None:
    """The interval as a bar and its value as a dot; `own` marks the fine-tuned model."""
    if scale is None or not np.isfinite(interval.value):
        return None
    low, dot, high = scale.at(np.array([interval.low, interval.value, interval.high])).round(1).tolist()
    if not scale.low <= interval.value <= scale.high:
        return _svg(_rail() + _beyond(dot, -1 if interval.value < scale.low else 1))
    return _svg(
        _rail()
        + Markup('<line class="span {}" x1="{}" x2="{}" y1="9" y2="9"/>').format("own" if own else "", low, high)
        + Markup('<circle class="mean {}" cx="{}" cy="9" r="4.5"/>').format("own" if own else "", dot)
    )


def ruler(scale: Scale | None) -> Markup | None:
    """The ends of the axis, for the head of the column."""
    if scale is None:
        return None
    ticks = scale.ticks(3)
    marks = (
        Markup('<text class="tick" x="{}" y="13" text-anchor="middle">{}</text>').format(
            min(max(float(scale.at(np.array([tick]))[0]), 14), WIDTH - 14), short(tick)
        )
        for tick in ticks
    )
    return _svg(Markup("").join(marks))


def _rail() -> Markup:
    return Markup('<line class="rail" x1="{}" x2="{}" y1="9" y2="9"/>').format(MARGIN, WIDTH - MARGIN)


def _beyond(x: float, way: int) -> Markup:
    """An arrow for a score that lies outside the axis, so that one far baseline does not flatten the others."""
    return Markup('<path class="mean" d="M{} 4.5v9l{} -4.5z"/>').format(x, 6 * way)


def _svg(body: Markup) -> Markup:
    return Markup('<svg class="strip" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>').format(WIDTH, HEIGHT, body)
