"""The checkpoints of a run, and the one from which it is safe to go on."""

from luthier.facts.checkpoints import Checkpoint
from luthier.facts.report import Report
from luthier.stages.report.blocks import Cell, Paragraph, Section, Table, texts
from luthier.stages.report.foreign import shown
from luthier.stages.report.words import say

MOST = 10
"""Newest checkpoints listed."""


def checkpoints(report: Report) -> Section | None:
    """The safe one first, then each with its score and what is wrong with it."""
    facts = report.evidence.checkpoints
    if facts is None or not facts.all:
        return None
    safe = facts.safe
    said = say("checkpoints.safe", {"name": shown(safe.name), "step": safe.step}) if safe else say("checkpoints.unsafe")
    head = texts(*(say(f"checkpoints.{name}") for name in ("name", "step", "score", "state")))
    newest = tuple(_row(one) for one in reversed(facts.all[-MOST:]))
    caption = say("checkpoints.caption", {"count": len(facts.all), "listed": len(newest)})
    return Section("checkpoints", say("section.checkpoints"), (Paragraph(said), Table(head, newest, "lrrl", caption)))


def _row(one: Checkpoint) -> tuple[Cell, ...]:
    score = "" if one.metric is None else f"{one.metric:.4g}"
    injuries = "; ".join(f"{injury.file.rpartition('/')[2] or one.name}: {injury.kind}" for injury in one.injuries)
    state = shown(injuries) if injuries else say("checkpoints.whole" if one.resumes else "checkpoints.weights_only")
    return (
        Cell(shown(one.name)),
        Cell(say("checkpoints.at", {"step": one.step})),
        Cell(score),
        Cell(state, strong=bool(injuries)),
    )
