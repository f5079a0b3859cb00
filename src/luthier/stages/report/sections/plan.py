"""Every value that decided the run: a plan of Luthier with its reasons, or the settings of another tool."""

from dataclasses import fields, is_dataclass

from luthier.facts.arguments import Arguments
from luthier.facts.plan import Plan
from luthier.facts.report import Report
from luthier.stages.report.blocks import Cell, Section, Table, texts
from luthier.stages.report.dialects import dialect_of
from luthier.stages.report.foreign import shown
from luthier.stages.report.words import say


def plan(report: Report) -> Section | None:
    """The plan as dotted names, the way --set takes them; of another tool's run its settings, as they were stored."""
    arguments = report.evidence.arguments
    if arguments is not None and arguments.tool != "luthier":
        return _settings(arguments)
    if report.evidence.plan is None or report.evidence.sources:
        return None
    rows = tuple(_row(report.evidence.plan, name, value) for name, value in flat(report.evidence.plan))
    head = texts(*(say(f"plan.{name}") for name in ("setting", "value", "by", "reason")))
    return Section("plan", say("section.plan"), (Table(head, rows, "lrll"),), folded=True)


def _settings(arguments: Arguments) -> Section | None:
    if not arguments.values:
        return None
    rows = tuple(
        (Cell(shown(name)), Cell(shown(str(value)) or "–")) for name, value in sorted(arguments.values.items())
    )
    held = {"kind": shown(arguments.kind) or "–", "source": shown(arguments.source) or "–"}
    table = Table(
        texts(say("plan.setting"), say("plan.value")), rows, "lr", say("settings.caption", held), compact=True
    )
    return Section("plan", say("section.settings"), (table,), folded=True)


def changes(report: Report) -> Section | None:
    """What fixes changed in the plan."""
    if not report.changes:
        return None
    dialect = dialect_of(report.evidence)
    rows = tuple(
        texts(dialect.name(one.name), shown(str(one.before)), shown(str(one.after)), one.failure)
        for one in report.changes
    )
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
