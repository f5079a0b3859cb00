"""Symptoms that were seen without a cause: which causes could not be looked for, and why."""

from luthier.facts.finding import Verdict
from luthier.facts.report import Report
from luthier.failures._engine import all_failures
from luthier.stages.report.blocks import Cell, Section, Table, texts
from luthier.stages.report.foreign import shown
from luthier.stages.report.words import say


def suspects(report: Report) -> Section | None:
    """Each seen failure that others may cause, none of which was seen, with those that nobody could look for."""
    answers = {one.failure: one for one in report.verdicts.all}
    rows = tuple(row for one in report.verdicts.all for row in _unseen_causes(one, answers))
    if not rows:
        return None
    head = texts(*(say(f"suspects.{name}") for name in ("symptom", "suspect", "reason")))
    return Section("suspects", say("section.suspects"), (Table(head, rows, "lll", say("suspects.caption")),))


def _unseen_causes(symptom: Verdict, answers: dict[str, Verdict]) -> list[tuple[Cell, ...]]:
    failure = all_failures().get(symptom.failure)
    if failure is None or symptom.answer != "seen" or symptom.silenced or symptom.explained_by:
        return []
    causes = [answers[name] for name in failure.explained_by if name in answers]
    return [
        texts(symptom.failure, one.failure, shown(one.reason))
        for one in causes
        if one.answer == "not looked" and one.concerns
    ]
