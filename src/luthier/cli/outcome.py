"""A finished report to stdout and an exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luthier.facts.report import Report


def tell(report: Report, *, as_json: bool) -> int:
    """Print a report.

    Returns:
        0 when all is fine; 1 when an error was found, or the model failed or is not better than its baseline.
    """
    from luthier.stages.evaluate.verdict import exit_status

    print(_as_json(report) if as_json else _as_text(report), end="")
    found = any(finding.severity == "error" for finding in report.verdicts.seen)
    return max(exit_status(report.outcome), int(found))


def _as_json(report: Report) -> str:
    from luthier.stages.report.json import to_json

    return to_json(report).decode()


def _as_text(report: Report) -> str:
    from luthier.stages.report.assemble import assemble
    from luthier.stages.report.terminal import terminal

    written = Path(report.folder) / "report.html"
    path = str(written) if report.folder and written.is_file() else report.folder
    # https://no-color.org
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return terminal(assemble(report), colour=colour, report_path=path)
