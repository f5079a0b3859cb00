"""The view of a report: sections made of a few kinds of blocks. Every format draws these and nothing else.

All texts are already in words and safe to show (`foreign.py`); a format only escapes them for its own syntax. A new
section is a new file in `sections/`; a new kind of block is a class here and one branch in each format.
"""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Kind = Literal["ready", "cannot_tell", "not_better", "failed", "checked"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: what it says.
        note: smaller text beside it, such as an interval.
        heat: shade from 0 to 1, or None.
        drawing: picture instead of the text, for formats that have pictures.
        strong: to be noticed.
    """

    text: str
    note: str = ""
    heat: float | None = None
    drawing: Markup | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head.

    Attributes:
        head, rows: cells; a column whose rows have no text is drawn, and formats without pictures leave it out.
        align: "l" or "r" for each column.
        caption: a sentence above.
        compact: no wider than its cells ask for.
    """

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: str
    caption: str = ""
    compact: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two; a quiet one is a remark."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A name, its value, and a remark."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with values, one a line."""

    pairs: tuple[Pair, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words.

    Attributes:
        failure: id of the failure.
        severity: "error", "warning" or "note".
        message, why, next_step: filled templates of the failure.
        place: where to look, or empty.
        fix: what the fix changes, and how safe that is, in words.
        confidence: share in words, empty when certain.
        change: the changed settings alone, as a person would write them down; empty where the fix changes none.
        experiment: how to be sure; empty where no doubt is left.
    """

    failure: str
    severity: Severity
    message: str
    why: str
    next_step: str
    place: str = ""
    fix: str = ""
    confidence: str = ""
    change: str = ""
    experiment: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings, errors first; those that compete for one symptom stand under a heading."""

    told: tuple[Told, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """A row of short names.

    Attributes:
        caption: what they are.
        names: the names.
        tone: "good" for failures that are clear, "quiet" for what was not asked, "strong" for what everybody must see.
    """

    caption: str
    names: tuple[str, ...]
    tone: Literal["good", "quiet", "strong"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with its title, a remark on it, and what it says in words."""

    title: str
    svg: Markup
    says: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawings:
    """Pictures side by side."""

    drawings: tuple[Drawing, ...]


Block = Table | Paragraph | Pairs | Findings | Names | Drawings


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. `folded` sections open on a click, and are open in print."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The verdict, which every format shows first.

    Attributes:
        kind: of the outcome.
        badge: two words or fewer.
        title: the verdict in one line.
        sentences: reasons, the decisive one first.
        next_step: what to do now.
        figures: the few numbers that matter.
    """

    kind: Kind
    badge: str
    title: str
    sentences: tuple[str, ...]
    next_step: str
    figures: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A whole report."""

    name: str
    head: Head
    sections: tuple[Section, ...]
    folder: str = ""

    def section(self, wanted: str) -> Section | None:
        """The section with this id, if the run has it."""
        return next((section for section in self.sections if section.id == wanted), None)


def texts(*words: str) -> tuple[Cell, ...]:
    """Plain cells."""
    return tuple(Cell(word) for word in words)
