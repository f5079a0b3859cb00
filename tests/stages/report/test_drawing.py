"""Drawings show every spike and every hole."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from markupsafe import Markup

from luthier.facts.evaluation import Interval
from luthier.stages.report.drawing.axes import Scale, decimated, needs_logarithm, short, value_scale
from luthier.stages.report.drawing.curves import Series, curves
from luthier.stages.report.drawing.strip import ruler, scale_of, strip


def parsed(svg: Markup | None) -> ET.Element:
    """The picture as XML, so it is well formed."""
    assert svg is not None
    return ET.fromstring(svg)


def steps(values: list[float] | np.ndarray) -> Series:
    """A curve over steps 1, 2, …"""
    y = np.asarray(values, dtype=np.float64)
    return Series("loss", np.arange(1, len(y) + 1, dtype=np.float64), y)


def test_decimation_keeps_a_spike() -> None:
    """One point in 100,000 stays, and so do both ends."""
    y = np.ones(100_000)
    y[76_543] = 9.0
    y[12_345] = -4.0
    x, kept = decimated(np.arange(100_000.0), y, 300)

    assert len(kept) <= 1200
    assert {9.0, -4.0} <= set(kept)
    assert (x[0], x[-1]) == (0.0, 99_999.0)


def test_short_curves_are_not_thinned() -> None:
    """All points of a curve of a thousand steps."""
    x, _ = decimated(np.arange(1000.0), np.random.default_rng(0).random(1000), 300)

    assert len(x) == 1000


def test_values_that_are_not_finite_are_marked() -> None:
    """Two holes: three pieces of curve and two marks on the upper edge."""
    svg = parsed(curves([steps([1, 2, np.nan, 2, np.inf, 1])], "loss"))
    lines = [one for one in svg.iter() if one.tag == "polyline"]
    marks = [one for one in svg.iter("path") if one.get("class") == "broken"]

    assert len(lines) == 3
    assert len(marks) == 2


@pytest.mark.parametrize("values", [[], [np.nan], [0.0], [0.0, 0.0], [1e-300, 1e300], [-5.0], [np.inf, 1.0], [3.0] * 5])
@pytest.mark.parametrize("logarithmic", [True, False, None])
def test_odd_curves_are_drawn(values: list[float], logarithmic: bool | None) -> None:
    """Empty, constant, zero, huge, negative and broken curves give a picture without NaN in it."""
    svg = curves([steps(values)], "odd", logarithmic=logarithmic)

    assert "nan" not in svg
    assert "inf" not in svg
    parsed(svg)


def test_far_spike_asks_for_a_logarithm() -> None:
    """A value above fifty medians would flatten all others."""
    assert needs_logarithm(np.array([1.0] * 20 + [60.0]))
    assert not needs_logarithm(np.array([1.0] * 20 + [40.0]))
    assert not needs_logarithm(np.array([0.0] * 20 + [60.0]))


def test_names_are_escaped() -> None:
    """A parameter group called like a tag stays text."""
    svg = curves([Series("<b>&", np.array([1.0, 2.0]), np.array([1.0, 2.0]))], 'a "label" <i>')

    assert "<b>" not in svg
    assert parsed(svg).get("aria-label") == 'a "label" <i>'


def test_ticks_are_round_and_inside() -> None:
    """Linear and logarithmic."""
    assert Scale(0, 1, 0, 100).ticks() == [0, 0.25, 0.5, 0.75, 1.0]
    assert Scale(1e-3, 10, 0, 100, logarithmic=True).ticks(5) == pytest.approx([1e-3, 1e-2, 0.1, 1, 10])
    scale = value_scale(np.array([0.93, 0.97]), 0, 1, logarithmic=False)
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks())


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.25, "0.25"), (1500.0, "1500"), (5e-5, "5e-5"), (1e7, "1e7")]
)
def test_short_numbers(value: float, text: str) -> None:
    """Ticks take little room."""
    assert short(value) == text


def test_strip_shows_interval_and_value() -> None:
    """A bar from low to high and a dot between; a score off the axis is an arrow at its edge."""
    scale = scale_of([Interval(0.9, 0.85, 0.95), Interval(0.92, 0.9, 0.96)])
    inside = parsed(strip(Interval(0.9, 0.85, 0.95), scale, own=True))
    outside = parsed(strip(Interval(0.4, 0.38, 0.42), scale, own=False))
    span = next(one for one in inside if one.get("class") == "span own")
    dot = next(one for one in inside if one.tag == "circle")

    assert float(span.get("x1", "")) < float(dot.get("cx", "")) < float(span.get("x2", ""))
    assert [one.tag for one in outside] == ["line", "path"]
    parsed(ruler(scale))


def test_strip_of_a_broken_score() -> None:
    """No picture rather than a wrong one."""
    nan = float("nan")
    assert scale_of([Interval(nan, nan, nan)]) is None
    assert strip(Interval(nan, nan, nan), Scale(0, 1, 0, 1), own=True) is None
    assert ruler(None) is None
