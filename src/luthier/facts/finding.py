"""Findings and verdicts. They are data; `stages/report` turns them into words."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Number = float | int | str
Severity = Literal["error", "warning", "note"]


class Moment(StrEnum):
    """When a failure can be seen."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Degree(StrEnum):
    """How safe a fix is."""

    APPLIED = "applied"
    WHEN_ASKED = "applied when asked"
    ADVICE = "advised only"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding points.

    Attributes:
        what: "rows", "setting", "step", "column", "split" or "file".
        name: the setting, column, split or file.
        rows: row numbers in the user's file, at most 20.
        lines: lines of the user's file on which these rows start, in the same order.
        step: optimiser step, for findings of the guard.
        files: files of these rows as the user gave them, in the same order; empty where nobody noted them.
    """

    what: Literal["rows", "setting", "step", "column", "split", "file"]
    name: str = ""
    rows: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    step: int | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A failure that was seen.

    Attributes:
        failure: its id.
        moment: when.
        severity: "error" stops a run that may stop, "warning" does not, "note" informs.
        confidence: 0 to 1; 1 means that the numbers leave no other reading.
        numbers: what the texts of the failure file are filled with.
        place: where to look.
        variant: which of the failure's texts tells it, where a failure has several.
    """

    failure: str
    moment: Moment
    severity: Severity
    confidence: float
    numbers: dict[str, Number]
    place: Place
    variant: str = ""


@dataclass(frozen=True, slots=True)
class NotLooked:
    """A failure that could not be looked for.

    Attributes:
        reason: why, in one clause.
        lacks: parts of the evidence of which one would do; empty where none is missing.
    """

    reason: str
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one failure at one moment.

    Attributes:
        failure: its id.
        moment: when it was asked.
        answer: "seen", "clear" or "not looked".
        finding: present exactly when seen.
        reason: present exactly when not looked.
        concerns: False where all that the failure lives in is outside runs of this kind; then it is not looked for.
        silenced: the user asked not to hear of it.
        explained_by: id of another failure that was seen and that causes this one; empty when this is a cause itself.
        changes: what its fix would change in the settings of the run; empty where it has no such fix.
        rivals: ids of other findings that explain the same symptom, the most confident first; empty where this is the
            only cause that was seen, or no cause.
    """

    failure: str
    moment: Moment
    answer: Literal["seen", "clear", "not looked"]
    finding: Finding | None = None
    reason: str = ""
    silenced: bool = False
    explained_by: str = ""
    changes: tuple["Change", ...] = ()
    concerns: bool = True
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a setting by a fix: its name, value before and after, and the failure behind it.

    Dotted names are values of a plan ("train.rate"), others are settings of the tool that made the run
    ("learning_rate"). A value that was not set is the empty string.
    """

    name: str
    before: Number
    after: Number
    failure: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Answers of all failures, asked at any moment."""

    all: tuple[Verdict, ...] = field(default_factory=tuple)

    @property
    def told(self) -> tuple[Verdict, ...]:
        """What was seen and is neither silenced nor explained by another finding: errors first, then by confidence."""
        order = {"error": 0, "warning": 1, "note": 2}
        found = [(v.finding, v) for v in self.all if v.finding is not None and not v.silenced and not v.explained_by]
        ranked = sorted(found, key=lambda one: (order[one[0].severity], -one[0].confidence))
        return tuple(verdict for _, verdict in ranked)

    @property
    def seen(self) -> tuple[Finding, ...]:
        """The findings of `told`, in the same order."""
        return tuple(verdict.finding for verdict in self.told if verdict.finding is not None)

    @property
    def groups(self) -> tuple[tuple[Verdict, ...], ...]:
        """The verdicts of `told`; causes that compete for one symptom are one group, the most confident first.

        Groups stand where their worst member stands.
        """
        left = {verdict.failure: verdict for verdict in self.told}
        found = []
        for verdict in self.told:
            names = [verdict.failure] if verdict.failure in left else []
            for name in names:
                names += [rival for rival in left[name].rivals if rival in left and rival not in names]
            group = [left.pop(name) for name in names]
            if group:
                found.append(tuple(sorted(group, key=lambda one: -one.finding.confidence if one.finding else 0.0)))
        return tuple(found)
