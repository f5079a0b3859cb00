"""SARIF: what the schema asks for, places, and the same bytes every time."""

import json
from dataclasses import replace
from typing import Any

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Change, Finding, Moment, Place, Verdict, Verdicts
from luthier.facts.report import Evidence, Report
from luthier.failures._engine import all_failures
from luthier.stages.report.sarif import sarif
from tests.samples import overlap_finding, sample_data, sample_report

LEVELS = {"none", "note", "warning", "error"}


def log(report: Report) -> dict[str, Any]:
    """The log as data."""
    found = json.loads(sarif(report))
    assert isinstance(found, dict)
    return found


def result(finding: Finding, report: Report | None = None, **changes: Any) -> dict[str, Any]:
    """The one result of a finding."""
    verdict = replace(Verdict(finding.failure, finding.moment, "seen", finding), **changes)
    (found,) = log(replace(report or sample_report(), verdicts=Verdicts((verdict,))))["runs"][0]["results"]
    assert isinstance(found, dict)
    return found


def test_required_fields() -> None:
    """Those that sarif-schema-2.1.0.json asks for, with the values that it allows."""
    found = log(sample_report())
    (run,) = found["runs"]
    driver = run["tool"]["driver"]

    assert found["version"] == "2.1.0"
    assert driver["name"] == "Luthier"
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    assert [rule["id"] for rule in driver["rules"]] == list(all_failures())
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"].startswith(rule["shortDescription"]["text"])
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}")
        assert rule["properties"]["page"] == f"docs/failures/{rule['id']}.md"
    for one in run["results"]:
        assert one["level"] in LEVELS
        assert one["message"]["text"]
        assert driver["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        assert all(isinstance(text, str) for text in one["partialFingerprints"].values())
        assert all(place["physicalLocation"]["artifactLocation"]["uri"] for place in one["locations"])


def test_rows_have_lines() -> None:
    """The first row is the place, the others are related; a file name is a valid reference."""
    finding = replace(overlap_finding(), place=Place("rows", "test", (118, 9), (120, 11), files=("a b/ü.csv",) * 2))
    found = result(finding)

    (first,) = found["locations"]
    assert first["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/%C3%BC.csv"},
        "region": {"startLine": 120},
    }
    (second,) = found["relatedLocations"]
    assert second["physicalLocation"]["region"] == {"startLine": 11}


@pytest.mark.parametrize(
    ("place", "evidence", "folder", "uri"),
    [
        (Place("rows", "test", (118,), (120,)), Evidence(sample_data()), "", "sms-spam.csv"),
        (Place("setting", "train.rate"), Evidence(sample_data()), "", "sms-spam.csv"),
        (Place("file", "/runs/1/model"), Evidence(), "", "file:///runs/1/model"),
        (Place("step", step=4), Evidence(), "runs/1", "runs/1"),
    ],
)
def test_places(place: Place, evidence: Evidence, folder: str, uri: str) -> None:
    """Data for settings, the run for steps, the file where one is named."""
    report = replace(sample_report(), evidence=evidence, folder=folder)
    (found,) = result(replace(overlap_finding(), place=place), report)["locations"]

    assert found["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_all_that_is_known_is_carried() -> None:
    """Numbers, confidence, rivals, the change and how to be sure."""
    numbers: dict[str, float | int | str] = {"rate": 1e-2, "highest": float("inf")}
    finding = Finding(
        "rate_too_high_collapse", Moment.BEFORE, "warning", 0.7, numbers, Place("setting", "train.rate"), "plan"
    )
    foreign = replace(sample_report(), evidence=Evidence(arguments=Arguments("TrainingArguments", "transformers")))
    changes = (Change("train.rate", 1e-2, 5e-5, finding.failure),)
    found = result(finding, foreign, changes=changes, rivals=("too_few_steps",))

    assert "learning_rate=0.01" in found["message"]["text"]
    assert found["properties"]["numbers"] == {"rate": 0.01, "highest": "Infinity"}
    assert found["properties"]["confidence"] == 0.7
    assert found["properties"]["rivals"] == ["too_few_steps"]
    assert found["properties"]["fix"].startswith("TrainingArguments(learning_rate=5e-05)")
    assert found["properties"]["experiment"].startswith("Train 100 steps")


def test_silenced_is_suppressed() -> None:
    """It is in the log, and marked as the user's own choice; a symptom is told once, as a property of the run."""
    assert result(overlap_finding(), silenced=True)["suppressions"][0]["kind"] == "external"
    finding = overlap_finding()
    symptom = Verdict(finding.failure, finding.moment, "seen", finding, explained_by="labels_shuffled")
    (run,) = log(replace(sample_report(), verdicts=Verdicts((symptom,))))["runs"]

    assert run["results"] == []
    assert run["properties"]["symptoms"] == {"train_test_overlap": "labels_shuffled"}


def test_the_same_report_gives_the_same_bytes() -> None:
    """Nothing depends on the time; the print depends on place and kind, not on numbers."""
    finding = overlap_finding()
    more = replace(finding, numbers={**finding.numbers, "rows": 4})

    assert sarif(sample_report()) == sarif(sample_report())
    assert result(finding)["partialFingerprints"] == result(more)["partialFingerprints"]
    elsewhere = replace(finding, place=replace(finding.place, files=("other.csv",) * 3))
    assert result(elsewhere)["partialFingerprints"] != result(finding)["partialFingerprints"]


def test_a_failure_that_is_not_here() -> None:
    """A finding of a newer version has no rule to point at, and is told all the same."""
    finding = Finding("from_another_world", Moment.AFTER, "error", 1.0, {"gap": 0.25}, Place("split", "test"))

    assert "ruleIndex" not in result(finding)
