"""The picture of a failure beside a healthy run, as an SVG file that stands alone."""

import numpy as np
from markupsafe import Markup

from luthier.failures._curves import Curve, Picture
from luthier.stages.report.drawing.axes import Floats
from luthier.stages.report.drawing.curves import HEIGHT, RIGHT, WIDTH, Series, curves

# The colours of the report's page (templates/style.css), for light and dark.
STYLE = """
svg{font:11px system-ui,sans-serif}
.line{fill:none;stroke-width:1.6}.grid,.axis{stroke:#8b867d;stroke-width:.6}.grid{opacity:.35}.tick{fill:#6a655d}
.s0{stroke:#1c7a4a}.s1{stroke:#b3261e}.key.s0,.dot.s0{fill:#1c7a4a}.key.s1,.dot.s1{fill:#b3261e}
.broken{stroke:#b3261e;fill:#b3261e;stroke-width:.8;stroke-dasharray:2 3}
@media (prefers-color-scheme:dark){.tick{fill:#a39c91}.s0{stroke:#6fcf97}.s1{stroke:#ff8f85}
.key.s0,.dot.s0{fill:#6fcf97}.key.s1,.dot.s1{fill:#ff8f85}}
"""


PANELS = (
    ("loss", "steps", "losses"),
    ("validation loss", "scored_at", "scored"),
    ("learning rate", "steps", "rates"),
)
"""Title of a panel, and the columns of a `Curve` that it shows: across and up."""


def picture(name: str, runs: Picture) -> str:
    """Loss, and rate and validation loss where the failure shows in them, of the bad and of the good scene; newline at
    the end included.

    Args:
        name: id of the failure.
        runs: the curves.
    """
    panels = [panel for panel in PANELS if getattr(runs.bad, panel[2])]
    parts = [_panel(panel, name, runs, number * WIDTH) for number, panel in enumerate(panels)]
    whole = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "<style>{}</style>{}</svg>\n"
    )
    label = f"Training loss of {name} beside a healthy run"
    size = (WIDTH * len(panels), HEIGHT)
    return str(whole.format(*size, *size, label, Markup(STYLE), Markup("").join(parts)))


def _panel(panel: tuple[str, str, str], name: str, runs: Picture, left: int) -> Markup:
    title, across, up = panel
    # The bad run is drawn last and lies on top, where both began alike.
    series = [
        Series(word, _column(run, across), _column(run, up), dots=up == "scored")
        for word, run in (("healthy", runs.good), (name, runs.bad))
    ]
    return Markup(
        '<svg x="{}" width="{}" height="{}">{}<text class="tick" x="{}" y="14" text-anchor="end">{}</text></svg>'
    ).format(left, WIDTH, HEIGHT, curves(series, title), RIGHT, title)


def _column(run: Curve, name: str) -> Floats:
    return np.array(getattr(run, name), dtype=np.float64)
