"""Workflow commands: one line each, escaped."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Finding, Place, Verdict, Verdicts
from luthier.facts.report import Report
from luthier.stages.report.github import github
from tests.samples import overlap_finding, sample_report


def report(finding: Finding, *, silenced: bool = False) -> Report:
    """A report of one finding."""
    verdict = Verdict(finding.failure, finding.moment, "seen", finding, silenced=silenced)
    return replace(sample_report(), verdicts=Verdicts((verdict,)))


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("note", "notice")])
def test_a_finding(severity: str, command: str) -> None:
    """Level, file, line, title, message with the next step."""
    finding = replace(overlap_finding(), severity=severity)  # type: ignore[arg-type]
    line = github(report(finding)).splitlines()[0]

    start = f"::{command} file=sms-spam.csv,line=120,title=Luthier%3A train_test_overlap::3 of 516 test rows"
    assert line.startswith(start)
    assert "Drop these rows from test" in line


def test_escapes() -> None:
    """Signs that mean something to the runner, in properties and in the message."""
    place = Place("rows", "test", (1,), (2,), files=("a,b:c%\r\n.csv",))
    found = github(report(replace(overlap_finding(), place=place)))

    assert "file=a%2Cb%3Ac%25%0D%0A.csv,line=2," in found
    assert "(0.6 %25)" in found
    assert len(found.splitlines()) == 2


def test_hostile_numbers_begin_no_command() -> None:
    """A label with a line break cannot start a line of its own."""
    finding = overlap_finding()
    hostile = replace(finding, numbers={**finding.numbers, "other": "train\n::set-env name=PATH::x"})

    assert [line[:9] for line in github(report(hostile)).splitlines()] == ["::warning", "1 seen, 0"]


def test_no_file() -> None:
    """A finding without a file has a title alone."""
    bare = replace(report(replace(overlap_finding(), place=Place("setting", "train.rate"))), folder="")
    bare = replace(bare, evidence=replace(bare.evidence, data=None))

    assert github(bare).startswith("::warning title=Luthier%3A train_test_overlap::")


def test_silenced_is_named() -> None:
    """It makes no annotation, and is said."""
    found = github(report(overlap_finding(), silenced=True))

    assert found.splitlines()[0] == "Silenced by the user, but seen: train_test_overlap"
