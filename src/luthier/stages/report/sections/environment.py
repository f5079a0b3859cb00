"""Where and how long the run ran."""

from luthier.facts.report import Report
from luthier.stages.report.blocks import Pair, Pairs, Section
from luthier.stages.report.foreign import shown
from luthier.stages.report.words import say


def environment(report: Report) -> Section | None:
    """Versions, processor and the time of each stage."""
    pairs = [Pair(shown(name), shown(value)) for name, value in report.environment.items()]
    pairs += [Pair(say("environment.seconds", {"stage": stage}), duration(s)) for stage, s in report.seconds.items()]
    if report.folder:
        pairs.append(Pair(say("environment.folder"), shown(report.folder)))
    return Section("environment", say("section.environment"), (Pairs(tuple(pairs)),), folded=True) if pairs else None


def duration(seconds: float) -> str:
    """A time for people: "0.4 s", "38 s", "2 min 05 s", "3 h 12 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
