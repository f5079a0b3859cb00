"""Every value that decided the run, with its reason."""

from dataclasses import fields, is_dataclass

from luthier.facts.plan import Plan
from luthier.facts.report import Report
from luthier.stages.report.blocks import Cell, Section, Table, texts
from luthier.stages.report.foreign import shown
from luthier.stages.report.words import say


def plan(report: Report) -> Section | None:
    """The plan as dotted names, the way --set takes them."""
    if report.evidence.plan is None:
        return None
    rows = tuple(_row(report.evidence.plan, name, value) for name, value in flat(report.evidence.plan))
    head = texts(*(say(f"plan.{name}") for name in ("setting", "value", "by", "reason")))
    return Section("plan", say("section.plan"), (Table(head, rows, "lrll"),), folded=True)


def changes(report: Report) -> Section | None:
    """What fixes changed in the plan."""
    if not report.changes:
        return None
    rows = tuple(texts(one.name, shown(str(one.before)), shown(str(one.after)), one.failure) for one in report.changes)
    head = texts(say("plan.setting"), *(say(f"changes.{name}") for name in ("before", "after", "because")))
    return Section("changes", say("section.changes"), (Table(head, rows, "lrrl", compact=True),))


def flat(value: object, before: str = "") -> list[tuple[str, object]]:
    """Dotted names and values of nested dataclasses, in order of their fields."""
    found: list[tuple[str, object]] = []
    for field in fields(value):  # type: ignore[arg-type]
        inner = getattr(value, field.name)
        if field.name == "reasons":
            continue
        name = f"{before}{field.name}"
        found += flat(inner, f"{name}.") if is_dataclass(inner) else [(name, inner)]
    return found


def _row(plan: Plan, name: str, value: object) -> tuple[Cell, ...]:
    reason = plan.reasons.get(name)
    by = say(f"by.{reason.by}") if reason else say("plan.default")
    return (Cell(name), Cell(_value(value)), Cell(by), Cell(shown(reason.text) if reason else ""))


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return shown(", ".join(str(one) for one in value)) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else shown(f"{value:g}" if isinstance(value, float) else str(value))
