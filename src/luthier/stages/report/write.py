"""The files of a finished run, all made from one `Report`."""

from pathlib import Path

from luthier.facts.report import Report
from luthier.files import write_file
from luthier.stages.report.assemble import assemble
from luthier.stages.report.card import card
from luthier.stages.report.html import html
from luthier.stages.report.json import to_json
from luthier.stages.report.markdown import markdown


def write_reports(report: Report, folder: Path) -> None:
    """Write report.html, report.md, scores.json, findings.json, environment.json, the model card, and report.json last.

    Raises:
        RunError: one of them cannot be written.
    """
    view = assemble(report)
    evidence = report.evidence
    write_file(folder / "scores.json", to_json({"validation": evidence.validation, "test": evidence.test}))
    write_file(folder / "findings.json", to_json(report.verdicts))
    write_file(folder / "environment.json", to_json(report.environment))
    write_file(folder / "report.md", markdown(view))
    write_file(folder / "report.html", html(view))
    if (folder / "model").is_dir():
        write_file(folder / "model" / "README.md", card(report))
    write_file(folder / "report.json", to_json(report))
