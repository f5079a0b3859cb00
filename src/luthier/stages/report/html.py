"""report.html: one file that works without network and without script, today and in ten years.

The page's Content-Security-Policy allows nothing but its own style sheet, named by its SHA-256 sum: even a label that
slipped through the escaping could neither run nor load anything.
"""

import base64
import hashlib

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from luthier.stages.report.blocks import View
from luthier.stages.report.languages import language
from luthier.stages.report.words import say

_loader = PackageLoader("luthier.stages.report", "templates")
_templates = Environment(
    loader=_loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def html(view: View) -> str:
    """The whole report as one HTML document."""
    style, _, _ = _loader.get_source(_templates, "style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _templates.get_template("report.html.j2")
    return page.render(
        view=view,
        say=say,
        language=language(),
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'",
    )
