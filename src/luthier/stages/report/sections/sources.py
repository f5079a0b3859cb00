"""What was read of a run that another tool made, and what of it could not be used."""

from collections.abc import Iterable

from luthier.facts.report import Report, Source
from luthier.stages.report.blocks import Cell, Section, Table, texts
from luthier.stages.report.foreign import shown
from luthier.stages.report.words import say

MOST = 4
"""Files named for one part; a run of many checkpoints has hundreds."""


def sources(report: Report) -> Section | None:
    """Each part of the evidence with the files that it was read from, and what of them was left out and why."""
    parts: dict[str, list[Source]] = {}
    for source in report.evidence.sources:
        parts.setdefault(source.part, []).append(source)
    if not parts:
        return None
    head = texts(*(say(f"sources.{name}") for name in ("part", "file", "note")))
    rows = tuple(_row(part, read) for part, read in parts.items())
    return Section("sources", say("section.sources"), (Table(head, rows, "lll", say("sources.caption")),))


def _row(part: str, read: list[Source]) -> tuple[Cell, ...]:
    noted = [f"{source.file}: {source.note}" if source.file else source.note for source in read if source.note]
    return (Cell(part), Cell(_some(source.file or "." for source in read)), Cell(_some(noted)))


def _some(texts: Iterable[str]) -> str:
    """The first few, each once, and how many more there are."""
    distinct = list(dict.fromkeys(texts))
    listed = "; ".join(shown(text) for text in distinct[:MOST])
    more = len(distinct) - MOST
    return say("sources.more", {"listed": listed, "more": more}) if more > 0 else listed
