"""A finished report to stdout and an exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luthier.facts.report import Report


def tell(report: Report, *, as_json: bool) -> int:
    """Print a report.

    Returns:
        0 when all is fine; 1 when an error was found, or the model failed or is not better than its baseline.
    """
    from luthier.stages.evaluate.verdict import exit_status

    if as_json:
        from luthier.stages.report.json import render
    else:
        from luthier.stages.report.terminal import render

    print(render(report).rstrip())
    found = any(finding.severity == "error" for finding in report.verdicts.seen)
    return max(exit_status(report.outcome), int(found))
