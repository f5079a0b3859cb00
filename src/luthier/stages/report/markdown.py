"""report.md: the same sections in GitHub's Markdown, for people and for diffs. Foreign text is escaped throughout."""

import re

from luthier.stages.report.blocks import (
    Block,
    Cell,
    Drawings,
    Findings,
    Head,
    Names,
    Pairs,
    Paragraph,
    Section,
    Table,
    Told,
    View,
)
from luthier.stages.report.words import say


def markdown(view: View) -> str:
    """The whole report."""
    parts = [f"# {escaped(view.name)}", *_head(view.head)]
    for section in view.sections:
        parts += _section(section)
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no link, no new line."""
    return (
        re.sub(r"([\\`*_\[\]<>|~$#])", r"\\\1", text.replace("&", "&amp;"))
        .replace("://", ":\u200b//")
        .replace("\n", " ")
    )


def _head(head: Head) -> list[str]:
    lines = [f"**{escaped(head.badge)}.** {escaped(head.title)}"]
    lines += [escaped(sentence) for sentence in head.sentences]
    if head.next_step:
        lines.append(f"**{say('finding.next')}:** {escaped(head.next_step)}")
    if head.figures:
        figures = (
            f"- {escaped(one.name)}: **{escaped(one.value)}** {_note(one.note)}".rstrip() for one in head.figures
        )
        lines.append("\n".join(figures))
    return lines


def _section(section: Section) -> list[str]:
    return [f"## {escaped(section.title)}", *(text for block in section.blocks for text in block_lines(block))]


def block_lines(block: Block) -> list[str]:
    """A block as paragraphs of Markdown."""
    if isinstance(block, Paragraph):
        return [escaped(block.text)]
    if isinstance(block, Table):
        return [escaped(block.caption), table(block)]
    if isinstance(block, Pairs):
        listed = (f"- {escaped(one.name)}: {escaped(one.value)} {_note(one.note)}".rstrip() for one in block.pairs)
        return ["\n".join(listed)]
    if isinstance(block, Findings):
        heading = [f"**{escaped(block.heading)}**"] if block.heading else []
        return heading + [_finding(one) for one in block.told]
    if isinstance(block, Names):
        return [f"{escaped(block.caption)}: {', '.join(escaped(name) for name in block.names)}"]
    return _drawings(block)


def table(block: Table) -> str:
    """A pipe table; columns that hold only pictures are left out."""
    kept = [i for i in range(len(block.head)) if any(row[i].text for row in block.rows)]
    lines = ["| " + " | ".join(_cell(block.head[i]) for i in kept) + " |"]
    lines.append("|" + "|".join("---:" if block.align[i] == "r" else ":---" for i in kept) + "|")
    lines += ["| " + " | ".join(_cell(row[i]) for i in kept) + " |" for row in block.rows]
    return "\n".join(lines)


def _cell(cell: Cell) -> str:
    text = f"**{escaped(cell.text)}**" if cell.strong and cell.text else escaped(cell.text)
    return f"{text} {escaped(cell.note)}".strip()


def _finding(one: Told) -> str:
    head = f"### {say(f'finding.{one.severity}').capitalize()}: {escaped(one.failure)}"
    lines = [head, "", escaped(one.message)]
    parts = (("where", one.place), ("next", one.next_step), ("fix", one.fix), ("experiment", one.experiment))
    for name, text in parts:
        if text:
            lines += ["", f"**{say(f'finding.{name}')}:** {escaped(text)}"]
    if one.why:
        lines += ["", f"> {escaped(one.why)}"]
    return "\n".join(lines)


def _drawings(block: Drawings) -> list[str]:
    return [
        "\n".join(
            f"- {escaped(one.title)} {_note(one.note)}: {escaped(one.says)}".replace(" :", ":")
            for one in block.drawings
        )
    ]


def _note(note: str) -> str:
    return f"({escaped(note)})" if note else ""
