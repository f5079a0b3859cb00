"""The report for a terminal: verdict, scores, findings, what was not looked at, and where the whole report lies.

Plain text of 80 columns; colour adds ANSI codes around whole lines, so it changes no width. Returns text: printing is
the business of `cli`.
"""

from collections.abc import Callable

from luthier.stages.report.blocks import Block, Cell, Findings, Head, Names, Paragraph, Section, Table, Told, View
from luthier.stages.report.foreign import clipped, padded, width, wrapped
from luthier.stages.report.words import say

COLUMNS = 80
COLOURS = {
    "ready": "\x1b[1;32m",
    "cannot_tell": "\x1b[1;33m",
    "not_better": "\x1b[1;33m",
    "failed": "\x1b[1;31m",
    "checked": "\x1b[1;36m",
    "error": "\x1b[31m",
    "warning": "\x1b[33m",
    "note": "\x1b[36m",
    "strong": "\x1b[1m",
    "quiet": "\x1b[2m",
}
RESET = "\x1b[0m"
Paint = Callable[[str, str], str]
"""Colours a line by a name of `COLOURS`."""

SHOWN_SECTIONS = ("scores", "attempts", "findings", "suspects", "trial", "checkpoints", "not_looked", "sources")


def terminal(view: View, *, colour: bool = False, report_path: str = "") -> str:
    """The report in 80 columns.

    Args:
        view: the report.
        colour: add ANSI colours.
        report_path: where the full report was written, named in the last line.
    """
    paint = _painted if colour else _plain
    lines = _head(view.head, paint)
    for name in SHOWN_SECTIONS:
        section = view.section(name)
        if section is not None:
            lines += ["", paint(section.title, "strong"), *_section(section, paint)]
    if report_path:
        lines += ["", f"{say('report.path')}: {report_path}"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(head: Head, paint: Paint) -> list[str]:
    lines = [paint(line, head.kind) for line in _wrapped(f"{head.badge.upper()}  {head.title}")]
    for sentence in head.sentences:
        lines += _wrapped(sentence, "  ")
    if head.next_step:
        lines += _wrapped(f"{say('finding.next')}: {head.next_step}", "  ", "    ")
    return lines


def _section(section: Section, paint: Paint) -> list[str]:
    """All blocks; of the scores only the table, since a terminal is for the look in passing."""
    if section.id == "scores":
        return [line for block in section.blocks[:1] if isinstance(block, Table) for line in _scores(block, paint)]
    return [line for block in section.blocks for line in _block(block, paint)]


def _block(block: Block, paint: Paint) -> list[str]:
    if isinstance(block, Paragraph):
        return _wrapped(block.text, "  ")
    if isinstance(block, Findings):
        heading = ["", *(paint(line, "strong") for line in _wrapped(block.heading, "  "))] if block.heading else []
        return heading + [line for one in block.told for line in _finding(one, paint)]
    if isinstance(block, Names) and block.tone == "strong":
        return ["", *_wrapped(f"{block.caption}: {', '.join(block.names)}", "  ", "    ")]
    return _listed(block) if isinstance(block, Table) else []


def _finding(one: Told, paint: Paint) -> list[str]:
    word = say(f"finding.{one.severity}")
    head = " · ".join(part for part in (f"{word}: {one.failure}", one.place, one.confidence) if part)
    lines = ["", *(paint(line, one.severity) for line in _wrapped(head, "  "))]
    lines += _wrapped(one.message, "    ")
    fix = one.fix if one.change else ""
    for name, text in (("next", one.next_step), ("fix", fix), ("experiment", one.experiment)):
        if text:
            lines += _wrapped(f"{say(f'finding.{name}')}: {text}", "    ", "      ")
    return lines


def _scores(table: Table, paint: Paint) -> list[str]:
    """Names, the decisive score with its interval, and as many further scores as fit."""
    kept = [i for i, cell in enumerate(table.head) if cell.text]
    rows = [[_score(row[i], with_note=number == 1) for number, i in enumerate(kept)] for row in table.rows]
    heads = [table.head[i].text for i in kept]
    widths = [max(width(line[i]) for line in (heads, *rows)) for i in range(len(kept))]
    while len(widths) > 2 and sum(widths) + 2 * len(widths) > COLUMNS:
        widths.pop()
    lines = []
    for number, row in enumerate((heads, *rows)):
        text = "  " + "  ".join(
            padded(cell, w, right=i > 0) for i, (cell, w) in enumerate(zip(row, widths, strict=False))
        )
        lines.append(paint(clipped(text, COLUMNS), "quiet" if number == 0 else "strong" if number == 1 else ""))
    return lines


def _score(cell: Cell, *, with_note: bool) -> str:
    return f"{cell.text} {cell.note}".rstrip() if with_note else cell.text


def _listed(table: Table) -> list[str]:
    """A table as names, each with what stands beside it."""
    lines: list[str] = []
    for row in table.rows:
        beside = " · ".join(cell.text for cell in row[1:] if cell.text)
        lines += _wrapped(f"{row[0].text}: {beside}", "  ", "    ")
    return lines


def _wrapped(text: str, first: str = "", later: str | None = None) -> list[str]:
    return wrapped(text, COLUMNS, first, first if later is None else later)


def _plain(line: str, name: str) -> str:
    return line


def _painted(line: str, name: str) -> str:
    return f"{COLOURS[name]}{line}{RESET}" if name in COLOURS else line
