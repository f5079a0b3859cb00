"""Findings as workflow commands of GitHub Actions, which shows them beside the lines that they speak of.

Form and escaping as in GitHub's "Workflow commands for GitHub Actions" and its toolkit (`actions/core`, command.ts):
`::error file=…,line=…,title=…::message`; `%`, carriage return and line feed are escaped everywhere, `:` and `,` in
properties as well.
"""

from luthier.facts.finding import Finding
from luthier.facts.report import Report
from luthier.stages.report.blocks import Told
from luthier.stages.report.dialects import dialect_of
from luthier.stages.report.places import Spot, spots
from luthier.stages.report.sections.findings import counts, silenced
from luthier.stages.report.told import told
from luthier.stages.report.words import say

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(report: Report) -> str:
    """One command for each finding, then what was silenced and how many answers there were; newline at the end."""
    dialect = dialect_of(report.evidence)
    lines = [
        _command(verdict.finding, told(verdict.finding, verdict, dialect), report)
        for verdict in report.verdicts.told
        if verdict.finding is not None
    ]
    if names := silenced(report):
        lines.append(f"{say('findings.silenced')}: {', '.join(names)}")
    return "\n".join([*lines, counts(report)]) + "\n"


def _command(finding: Finding, words: Told, report: Report) -> str:
    spot = next(iter(spots(finding, report)), Spot())
    where = {"file": spot.file, "line": str(spot.line or "")}
    properties = {**where, "title": f"Luthier: {words.failure}"}
    listed = ",".join(f"{name}={_property(text)}" for name, text in properties.items() if text)
    text = " ".join(part for part in (words.message, words.next_step) if part)
    return f"::{COMMANDS[finding.severity]} {listed}::{_message(text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
