"""Findings and reasons in words."""

from collections.abc import Mapping

from luthier.facts.finding import Finding, Number, Place, Verdict
from luthier.failures._contract import Failure, Text
from luthier.failures._engine import all_failures
from luthier.stages.report.blocks import Told
from luthier.stages.report.dialects import LUTHIER, Dialect
from luthier.stages.report.foreign import percent, shown
from luthier.stages.report.languages import catalogue
from luthier.stages.report.words import named, say

SURE = 0.8
"""Confidence from which a finding is told without an experiment; our choice: below it, one finding in five or more may
have another cause."""


def told(finding: Finding, verdict: Verdict | None = None, dialect: Dialect = LUTHIER) -> Told:
    """A finding through the templates of its failure.

    Where the failure is not installed, or its texts ask for numbers that this finding of an older version lacks, it is
    told by its name and numbers: a report must not fail at the end of a run.

    Args:
        finding: what was seen.
        verdict: the answer that it belongs to, with what the fix would change and the rival causes.
        dialect: the words in which settings are told.
    """
    failure = all_failures().get(finding.failure)
    if failure is None:
        return _plainly(finding, dialect)
    rivals = verdict.rivals if verdict is not None else ()
    try:
        return Told(
            failure=failure.id,
            severity=finding.severity,
            message=_said(failure, "message", finding, dialect),
            why=_said(failure, "why", finding, dialect),
            next_step=_said(failure, "next_step", finding, dialect),
            place=_place(finding.place, dialect),
            fix=_fix(failure, verdict, dialect),
            change=dialect.change(verdict.changes) if verdict is not None else "",
            confidence=_confidence(finding),
            experiment=_said(failure, "experiment", finding, dialect) if finding.confidence < SURE or rivals else "",
        )
    except KeyError:
        return _plainly(finding, dialect)


def _plainly(finding: Finding, dialect: Dialect) -> Told:
    name = shown(finding.failure)
    listed = ", ".join(f"{number} {value}" for number, value in safe(finding.numbers).items())
    message = f"{say('finding.unknown', {'failure': name})} {listed}".strip()
    place = _place(finding.place, dialect)
    return Told(name, finding.severity, message, "", "", place, confidence=_confidence(finding))


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


def _said(failure: Failure, part: str, finding: Finding, dialect: Dialect) -> str:
    """One text of a failure, in the language that is spoken where it has this text; empty where there is none.

    Settings are told in the dialect before the text is filled, so that nothing of the user's is taken for a setting.
    """
    numbers = {n: dialect.name(v) if isinstance(v, str) else v for n, v in safe(finding.numbers).items()}
    english: Text = getattr(failure, part)
    spoken = catalogue().failures.get(failure.id, {}).get(part, english)
    try:
        return dialect.told(_variant(spoken, finding.variant)).format_map(numbers)
    except KeyError:
        # A translation that lags behind the failure is no reason to tell less.
        return dialect.told(_variant(english, finding.variant)).format_map(numbers)


def _variant(text: Text, variant: str) -> str:
    return text if isinstance(text, str) else text[variant]


def _fix(failure: Failure, verdict: Verdict | None, dialect: Dialect) -> str:
    degree = say(f"fix.{failure.degree.value}")
    change = dialect.change(verdict.changes) if verdict is not None else ""
    return say("fix.change", {"change": change, "degree": degree}) if change else degree


def _place(place: Place, dialect: Dialect) -> str:
    name = shown(dialect.name(place.name) if place.what == "setting" else place.name)
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
