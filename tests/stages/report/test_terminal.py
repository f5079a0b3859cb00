"""The report in a terminal: 80 columns, with and without colour."""

import re
from dataclasses import replace

import pytest

from luthier.facts.finding import Place
from luthier.facts.report import Evidence, Report
from luthier.stages.report.assemble import assemble
from luthier.stages.report.foreign import width
from luthier.stages.report.terminal import terminal
from tests.samples import overlap_finding, sample_report, sample_scores

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_holds_what_a_run_must_tell() -> None:
    """Verdict, scores beside baselines, findings with next steps, counts, not looked with reasons, the path."""
    text = terminal(assemble(sample_report()), report_path="runs/sms-spam-1/report.html")

    assert text.startswith("CANNOT TELL  Ahead of the best baseline")
    assert "fine-tuned model" in text
    assert "TF-IDF + logistic regression          0." in text
    assert "warning: train_test_overlap" in text
    assert "1 seen, 5 clear, 2 not looked, of 8 failures." in text
    assert "no column looks like a group, and none was named: group_on_both_sides" in text
    assert text.endswith("Report: runs/sms-spam-1/report.html\n")


@pytest.mark.parametrize("rows", [40, 516, 20_000])
def test_eighty_columns(rows: int) -> None:
    """No line is wider, and none ends in spaces; words longer than a line are broken."""
    finding = replace(overlap_finding(), place=Place("file", "房间" * 100))
    text = terminal(assemble(sample_report(sample_scores(rows), findings=(finding,))))
    lines = text.splitlines()

    assert max(map(width, lines)) <= 80
    assert [line for line in lines if line != line.rstrip()] == []


def test_colour_changes_no_letter() -> None:
    """Taken out, the codes leave the plain text; every line closes what it opens."""
    view = assemble(sample_report())
    painted = terminal(view, colour=True)

    assert ANSI.sub("", painted) == terminal(view)
    assert "\x1b[1;33mCANNOT TELL" in painted
    assert all(line.count("\x1b[") % 2 == 0 for line in painted.splitlines())


def test_foreign_codes_do_not_pass() -> None:
    """A folder name cannot colour, clear or retitle the terminal."""
    text = terminal(assemble(replace(sample_report(sample_scores(4000, tfidf=0.9)), folder="\x1b]0;owned\x07")))

    assert "\x1b" not in text
    assert "\\u001b]0;owned" in text


def test_check_without_training() -> None:
    """Findings and what was not looked at, no empty table of scores."""
    full = sample_report()
    text = terminal(assemble(Report("check", Evidence(data=full.evidence.data), full.verdicts)))

    assert text.startswith("CHECKED  One failure seen before training")
    assert "Scores" not in text
