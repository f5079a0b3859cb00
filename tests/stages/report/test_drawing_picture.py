"""Pictures of failures that stand alone."""

import math
import xml.etree.ElementTree as ElementTree

import pytest

from luthier.failures._curves import Curve, Picture
from luthier.stages.report.drawing.picture import picture

STEPS = (1.0, 2.0, 3.0)
LOSS = Curve(STEPS, (0.7, math.nan, 0.71))
RATE = Curve(STEPS, (0.7, 0.69, 0.7), (0.0, 0.0, 0.0))


SCORED = Curve(STEPS, (0.7, 0.4, 0.1), scored_at=(1.0, 3.0), scored=(0.6, 0.9))


@pytest.mark.parametrize(("bad", "panels"), [(LOSS, 1), (RATE, 2), (SCORED, 2)])
def test_picture(bad: Curve, panels: int) -> None:
    """Well-formed, with its own style, a legend and one panel for each measure that was kept."""
    good = Curve(STEPS, (0.7, 0.4, 0.1), (1e-5, 2e-5, 1e-5), (2.0,), (0.3,))
    text = picture("rate_never_arrives", Picture(bad, good))
    root = ElementTree.fromstring(text)

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == f"0 0 {360 * panels} 208"
    assert len(root.findall("{*}svg")) == panels
    assert "healthy" in text
    assert ('class="broken"' in text) == (bad is LOSS)
    assert picture("rate_never_arrives", Picture(bad, good)) == text
