"""Causes that nobody could look for."""

from dataclasses import replace

from luthier.facts.finding import Finding, Moment, Place, Verdict, Verdicts
from luthier.facts.report import Evidence, Report
from luthier.stages.report.blocks import Table
from luthier.stages.report.sections.suspects import suspects

FINDING = Finding("stuck_at_chance", Moment.AFTER, "error", 0.9, {}, Place("step", step=3))
SYMPTOM = Verdict("stuck_at_chance", Moment.AFTER, "seen", FINDING)
OPEN = Verdict("labels_shuffled", Moment.AFTER, "not looked", reason="no data")
CLEAR = Verdict("too_few_steps", Moment.AFTER, "clear")


def rows(*verdicts: Verdict) -> list[list[str]]:
    """Rows of the section; none where there is no section."""
    section = suspects(Report("out", Evidence(), Verdicts(verdicts)))
    if section is None:
        return []
    (table,) = section.blocks
    assert isinstance(table, Table)
    return [[cell.text for cell in row] for row in table.rows]


def test_named_with_the_reason() -> None:
    """Only causes that were not looked for."""
    assert rows(SYMPTOM, OPEN, CLEAR) == [["stuck_at_chance", "labels_shuffled", "no data"]]


def test_a_symptom_with_a_cause_has_no_suspects() -> None:
    """Nor one that is silenced, or not seen."""
    assert rows(replace(SYMPTOM, explained_by="loss_not_finite"), OPEN) == []
    assert rows(replace(SYMPTOM, silenced=True), OPEN) == []
    assert rows(Verdict("stuck_at_chance", Moment.AFTER, "clear"), OPEN) == []


def test_unknown_failures_pass() -> None:
    """A report of another version."""
    assert rows(replace(SYMPTOM, failure="not_there"), OPEN) == []
