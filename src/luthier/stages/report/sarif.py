"""Findings as SARIF 2.1.0, which code hosts and editors read.

Fields as in the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". Rules are all
failures; a rule's help is its page. The output holds no time and no path but those of the findings, so that the same
report gives the same bytes. What is clear, what could not be looked at and what is only a symptom stands in the run's
properties: SARIF's kinds for these are dropped by most readers.
"""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from urllib.parse import quote

from luthier.facts.finding import Finding, Verdict
from luthier.facts.report import Report
from luthier.failures._contract import Failure
from luthier.failures._engine import all_failures
from luthier.failures._pages import page, sections, summary
from luthier.stages.report.blocks import Told
from luthier.stages.report.dialects import Dialect, dialect_of
from luthier.stages.report.json import to_json, to_plain
from luthier.stages.report.places import Spot, spots
from luthier.stages.report.told import told
from luthier.stages.report.words import say

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
PAGES = "docs/failures"
Json = dict[str, object]


def sarif(report: Report) -> bytes:
    """The log as UTF-8 JSON with a final line break."""
    rules = all_failures()
    places = {name: number for number, name in enumerate(rules)}
    dialect = dialect_of(report.evidence)
    answers = report.verdicts.all
    seen = [*report.verdicts.told, *(one for one in answers if one.silenced and one.finding is not None)]
    run = {
        "tool": {"driver": _driver(list(rules.values()))},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, one.finding, report, dialect, places) for one in seen if one.finding is not None],
        "properties": {
            "clear": [one.failure for one in answers if one.answer == "clear"],
            "not_looked": {one.failure: one.reason for one in answers if one.answer == "not looked"},
            "symptoms": {one.failure: one.explained_by for one in answers if one.explained_by},
        },
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(failures: list[Failure]) -> Json:
    try:
        number = version("luthier")
    except PackageNotFoundError:
        number = "0"
    return {"name": "Luthier", "version": number, "rules": [_rule(failure) for failure in failures]}


def _rule(failure: Failure) -> Json:
    fix = sections(failure).get("Fix", "")
    return {
        "id": failure.id,
        "shortDescription": {"text": summary(failure)},
        "help": {"text": f"{summary(failure)}\n\n{fix}", "markdown": page(failure)},
        "properties": {"tags": [failure.origin], "page": f"{PAGES}/{failure.id}.md", "signs": list(failure.signs)},
    }


def _result(verdict: Verdict, finding: Finding, report: Report, dialect: Dialect, rules: dict[str, int]) -> Json:
    words = told(finding, verdict, dialect)
    where = spots(finding, report)
    result: Json = {
        "ruleId": finding.failure,
        "level": finding.severity,
        "message": {"text": _message(words)},
        "locations": [_location(spot) for spot in where[:1]],
        "partialFingerprints": {"luthier/v1": _fingerprint(finding, where)},
        "properties": {
            **{name: to_plain(getattr(finding, name)) for name in ("confidence", "moment", "numbers", "place")},
            **{name: to_plain(getattr(verdict, name)) for name in ("rivals", "changes")},
            "why": words.why,
            "fix": words.fix,
            "experiment": words.experiment,
        },
    }
    if finding.failure in rules:
        result["ruleIndex"] = rules[finding.failure]
    if len(where) > 1:
        result["relatedLocations"] = [{"id": i, **_location(spot)} for i, spot in enumerate(where[1:], 1)]
    if verdict.silenced:
        result["suppressions"] = [{"kind": "external", "justification": say("findings.silenced")}]
    return result


def _message(words: Told) -> str:
    return " ".join(part for part in (words.message, words.next_step) if part)


def _location(spot: Spot) -> Json:
    place: Json = {"artifactLocation": {"uri": _uri(spot.file)}}
    if spot.line:
        place["region"] = {"startLine": spot.line}
    return {"physicalLocation": place}


def _uri(path: str) -> str:
    """A relative path as a relative reference, an absolute one as a file: address."""
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix(), safe="/")


def _fingerprint(finding: Finding, where: tuple[Spot, ...]) -> str:
    """The same fault in the same place keeps its print while its numbers change."""
    parts = [finding.failure, finding.variant, finding.place.name, *(spot.file for spot in where[:1])]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
