"""What a fix would change in the settings of a run, value by value."""

from collections.abc import Mapping
from dataclasses import asdict

from luthier.facts.finding import Change, Finding, Number
from luthier.facts.report import Evidence
from luthier.failures._contract import Failure


def changes(failure: Failure, evidence: Evidence, finding: Finding) -> tuple[Change, ...]:
    """Settings in which the run and the repaired run differ; empty for advice, fixes of rows, and unknown settings.

    Plans are compared by dotted names, settings of other tools by their own.
    """
    if failure.fix_plan is not None and evidence.plan is not None:
        then, now = asdict(evidence.plan), asdict(failure.fix_plan(evidence.plan, finding))
        return _differences(_flat(then), _flat(now), failure.id)
    if failure.fix_arguments is not None and evidence.arguments is not None:
        fixed = failure.fix_arguments(evidence.arguments, finding)
        return _differences(evidence.arguments.values, fixed.values, failure.id)
    return ()


def _flat(values: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in values.items():
        if name != "reasons":
            flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


def _differences(then: Mapping[str, object], now: Mapping[str, object], failure: str) -> tuple[Change, ...]:
    names = [name for name in now if name not in then or then[name] != now[name]]
    return tuple(Change(name, _shown(then.get(name, "")), _shown(now[name]), failure) for name in names)


def _shown(value: object) -> Number:
    """Lists as --set takes them; nothing at all as "none"."""
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return value if isinstance(value, int | float | str) else str(value).lower()
