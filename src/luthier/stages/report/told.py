"""Findings and reasons in words."""

from collections.abc import Mapping

from luthier.facts.finding import Finding, Number, Place
from luthier.failures._contract import Failure, Text
from luthier.failures._engine import all_failures
from luthier.stages.report.blocks import Told
from luthier.stages.report.foreign import percent, shown
from luthier.stages.report.words import named, say


def told(finding: Finding) -> Told:
    """A finding through the templates of its failure.

    Where the failure is not installed, or its texts ask for numbers that this finding of an older version lacks, it is
    told by its name and numbers: a report must not fail at the end of a run.
    """
    failure = all_failures().get(finding.failure)
    if failure is None:
        return _plainly(finding)
    numbers = safe(finding.numbers)
    try:
        message, why, next_step = (
            _filled(text, finding.variant, numbers) for text in (failure.message, failure.why, failure.next_step)
        )
    except KeyError:
        return _plainly(finding)
    return Told(
        failure=failure.id,
        severity=finding.severity,
        message=message,
        why=why,
        next_step=next_step,
        place=_place(finding.place),
        fix=_fix(failure),
        confidence=_confidence(finding),
    )


def _plainly(finding: Finding) -> Told:
    name = shown(finding.failure)
    listed = ", ".join(f"{number} {value}" for number, value in safe(finding.numbers).items())
    message = f"{say('finding.unknown', {'failure': name})} {listed}".strip()
    return Told(name, finding.severity, message, "", "", _place(finding.place), confidence=_confidence(finding))


def _confidence(finding: Finding) -> str:
    return say("finding.sure", {"confidence": percent(finding.confidence, 0)}) if finding.confidence < 1 else ""


def reason(key: str, numbers: Mapping[str, Number]) -> str:
    """A reason of an outcome as a sentence."""
    return _sentence(f"reason.{key}", numbers)


def title(key: str, numbers: Mapping[str, Number]) -> str:
    """A reason of an outcome as a heading."""
    return _sentence(f"title.{key}", numbers)


def _sentence(key: str, numbers: Mapping[str, Number]) -> str:
    """Ids of metrics and baselines become their names; the first letter is a capital."""
    words = safe(numbers)
    for name, kind in (("metric", "metric"), ("baseline", "model")):
        if name in words:
            words[name] = named(kind, str(words[name]))
    text = say(key, words)
    return text[:1].upper() + text[1:]


def safe(numbers: Mapping[str, Number]) -> dict[str, Number]:
    """The numbers, with every text among them made safe to show."""
    return {name: shown(value) if isinstance(value, str) else value for name, value in numbers.items()}


def _filled(text: Text, variant: str, numbers: Mapping[str, Number]) -> str:
    template = text if isinstance(text, str) else text[variant]
    return template.format_map(numbers)


def _fix(failure: Failure) -> str:
    return say(f"fix.{failure.degree.value}")


def _place(place: Place) -> str:
    name = shown(place.name)
    if place.what == "step" and place.step is not None:
        return say("place.step", {"step": place.step})
    if place.what == "rows":
        return _rows(name, place) if place.rows else ""
    return say(f"place.{place.what}", {"name": name}) if name else ""


def _rows(name: str, place: Place) -> str:
    rows = say("place.rows" if name else "place.rows_plain", {"name": name, "rows": _listed(place.rows)})
    return f"{rows} ({say('place.lines', {'lines': _listed(place.lines)})})" if place.lines else rows


def _listed(numbers: tuple[int, ...], most: int = 8) -> str:
    listed = ", ".join(str(number) for number in numbers[:most])
    return f"{listed}, …" if len(numbers) > most else listed
