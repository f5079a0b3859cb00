"""Report to view: the verdict first, then the sections in reading order."""

from collections.abc import Callable

from luthier.facts.evaluation import Outcome, Scores
from luthier.facts.report import Report
from luthier.stages.report.blocks import Head, Pair, Section, View
from luthier.stages.report.foreign import shown
from luthier.stages.report.sections.attempts import attempts
from luthier.stages.report.sections.checkpoints import checkpoints
from luthier.stages.report.sections.classes import classes
from luthier.stages.report.sections.data import data
from luthier.stages.report.sections.environment import duration, environment
from luthier.stages.report.sections.findings import clear, findings, not_looked, unanswered
from luthier.stages.report.sections.plan import changes, plan
from luthier.stages.report.sections.scores import scores
from luthier.stages.report.sections.sources import sources
from luthier.stages.report.sections.suspects import suspects
from luthier.stages.report.sections.training import training
from luthier.stages.report.sections.trial import trial
from luthier.stages.report.told import reason, title
from luthier.stages.report.words import named, say

SECTIONS: tuple[Callable[[Report], Section | None], ...] = (
    scores,
    attempts,
    findings,
    suspects,
    checkpoints,
    not_looked,
    sources,
    trial,
    classes,
    training,
    changes,
    data,
    plan,
    environment,
)


def assemble(report: Report) -> View:
    """Everything that a format needs, in words."""
    made = (section(report) for section in SECTIONS)
    return View(
        name=shown(report.name),
        head=_head(report),
        sections=tuple(section for section in made if section is not None),
        folder=shown(report.folder),
    )


def _head(report: Report) -> Head:
    figures = tuple(_scored(report) + _counted(report))
    if report.outcome is None:
        count, done = len(report.verdicts.seen), "diagnosed" if _is_over(report) else "checked"
        headline = say(f"title.{done}_seen", {"count": count}) if count else say(f"title.{done}")
        return Head("checked", say(f"outcome.{done}"), headline, (), _after_check(report), figures)
    outcome = report.outcome
    headline = title(*outcome.reasons[0]) if outcome.reasons else ""
    sentences = tuple(reason(key, numbers) for key, numbers in outcome.reasons)
    badge = say(f"outcome.{outcome.kind}")
    return Head(outcome.kind, badge, headline, sentences, _next_step(report, outcome), figures)


def _is_over(report: Report) -> bool:
    """Whether this tells of a run that is there, and not of one that is to come."""
    return bool(report.evidence.sources) or report.evidence.trace is not None


def _after_check(report: Report) -> str:
    """What to do next when nothing was trained."""
    seen, evidence = report.verdicts.seen, report.evidence
    if not _is_over(report):
        worst = seen[0].severity if seen else ""
        return say("next.checked.errors" if worst == "error" else "next.checked.warnings" if worst else "next.checked")
    if seen:
        return say("next.diagnosed.seen")
    if evidence.sources:
        return say("next.diagnosed")
    finished = evidence.artifact is not None
    return say(f"next.diagnosed.{'finished' if finished else 'unfinished'}", {"folder": shown(report.folder)})


def _next_step(report: Report, outcome: Outcome) -> str:
    test = report.evidence.test
    if outcome.kind == "cannot_tell" and outcome.rows_needed and test is not None:
        return say("next.cannot_tell.rows", {"more": _rounded(outcome.rows_needed - test.model.rows)})
    best = test.best_baseline.name if test is not None and test.best_baseline else ""
    numbers = {"folder": shown(report.folder) or "RUN", "baseline": named("model", best)}
    worse = bool(outcome.reasons) and outcome.reasons[0][0] == "worse"
    return say("next.not_better.worse" if worse else f"next.{outcome.kind}", numbers)


def _rounded(rows: int) -> int:
    """Up to two digits: an estimate should not look like a count."""
    unit = int(10 ** max(len(str(max(rows, 1))) - 2, 0))
    return -(-max(rows, 1) // unit) * unit


def _scored(report: Report) -> list[Pair]:
    test = report.evidence.test
    if test is None or report.outcome is None or report.outcome.metric not in test.model.scores:
        return []
    return _beside(test, report.outcome.metric)


def _beside(test: Scores, metric: str) -> list[Pair]:
    own = test.model.scores[metric]
    interval = say("figure.interval", {"low": own.low, "high": own.high})
    pairs = [Pair(say("figure.model", {"metric": named("metric", metric)}), f"{own.value:.3f}", interval)]
    if test.best_baseline is not None:
        value = test.best_baseline.score(metric)
        pairs.append(Pair(say("figure.baseline"), f"{value:.3f}", named("model", test.best_baseline.name)))
    if test.comparisons:
        by = test.comparisons[0].difference
        interval = say("figure.difference_interval", {"low": by.low, "high": by.high})
        pairs.append(Pair(say("figure.difference"), f"{by.value:+z.3f}", interval))
    return pairs


def _counted(report: Report) -> list[Pair]:
    numbers = {"clear": len(clear(report)), "not_looked": len(unanswered(report))}
    pairs = [Pair(say("figure.findings"), str(len(report.verdicts.seen)), say("figure.found", numbers))]
    if report.seconds:
        pairs.append(Pair(say("figure.time"), duration(sum(report.seconds.values()))))
    return pairs
