"""A finished report to stdout and an exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from luthier.facts.report import Report

Form = Literal["text", "json", "github", "sarif"]


def tell(report: Report, form: Form = "text") -> int:
    """Print a report.

    Args:
        report: what was found.
        form: text for people, JSON for programs, commands for GitHub Actions, or SARIF for code hosts and editors.

    Returns:
        0 when all is fine; 1 when an error was found, or the model failed or is not better than its baseline.
    """
    from luthier.stages.evaluate.verdict import exit_status

    print({"text": _as_text, "json": _as_json, "github": _as_github, "sarif": _as_sarif}[form](report), end="")
    found = any(finding.severity == "error" for finding in report.verdicts.seen)
    return max(exit_status(report.outcome), int(found))


def _as_json(report: Report) -> str:
    from luthier.stages.report.json import report_to_json

    return report_to_json(report).decode()


def _as_github(report: Report) -> str:
    from luthier.stages.report.github import github

    return github(report)


def _as_sarif(report: Report) -> str:
    from luthier.stages.report.sarif import sarif

    return sarif(report).decode()


def _as_text(report: Report) -> str:
    from luthier.stages.report.assemble import assemble
    from luthier.stages.report.terminal import terminal

    written = Path(report.folder) / "report.html"
    path = str(written) if report.folder and written.is_file() else ""
    # https://no-color.org
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return terminal(assemble(report), colour=colour, report_path=path)
