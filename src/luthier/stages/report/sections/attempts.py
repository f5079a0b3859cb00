"""The attempts of a run that was repaired, side by side: what was changed, and what came of it on validation."""

from luthier.facts.attempt import Attempt
from luthier.facts.finding import Number
from luthier.facts.report import Report
from luthier.stages.report.blocks import Cell, Drawing, Drawings, Section, Table, texts
from luthier.stages.report.dialects import Dialect, dialect_of
from luthier.stages.report.drawing.curves import Series, curves
from luthier.stages.report.foreign import shown
from luthier.stages.report.sections.training import says, scored
from luthier.stages.report.words import named, say


def attempts(report: Report) -> Section | None:
    """A table and two pictures; nothing where the first plan was kept as it was."""
    made = report.attempts
    if not any(one.causes for one in made):
        return None
    metric = next(one.plan.train.metric for one in made if one.chosen)
    dialect = dialect_of(report.evidence)
    rows = tuple(_row(one, metric, dialect) for one in made)
    heads = (say("attempts.number"), named("metric", metric), say("attempts.changed"), say("attempts.ended"))
    table = Table(texts(*heads), rows, "lrll", say("attempts.caption", {"count": len(made)}))
    loss = [Series(_name(one), one.trace.steps, one.trace.losses) for one in made]
    scores = [one for made_one in made for one in scored(made_one.trace, metric, _name(made_one))]
    pictures = [_drawing(say("training.loss"), loss)] if len(made) > 1 else []
    pictures += [_drawing(named("metric", metric), scores)] if len(made) > 1 and scores else []
    blocks = (table, Drawings(tuple(pictures))) if pictures else (table,)
    return Section("attempts", say("section.attempts"), blocks)


def _row(one: Attempt, metric: str, dialect: Dialect) -> tuple[Cell, ...]:
    score = one.validation.model.scores.get(metric)
    interval = say("figure.interval", {"low": score.low, "high": score.high}) if score is not None else ""
    return (
        Cell(f"{_name(one)} ({say('attempts.kept')})" if one.chosen else _name(one), strong=one.chosen),
        Cell(f"{score.value:.3f}" if score is not None else "–", interval),
        Cell(_changed(one, dialect)),
        Cell(_ended(one)),
    )


def _name(one: Attempt) -> str:
    return say("attempts.name", {"number": one.number})


def _changed(one: Attempt, dialect: Dialect) -> str:
    if not one.changes:
        return say("attempts.as_planned")
    return "; ".join(
        f"{change.failure}: {dialect.name(change.name)} {shown(str(change.before)) or '–'} → {shown(str(change.after))}"
        for change in one.changes
    )


def _ended(one: Attempt) -> str:
    numbers: dict[str, Number] = {"steps": int(one.trace.steps[-1]) if len(one.trace) else 0, "failure": one.stopped_by}
    return say("attempts.stopped" if one.stopped_by else "attempts.finished", numbers)


def _drawing(title: str, series: list[Series]) -> Drawing:
    told = " ".join(says(one) for one in series)
    return Drawing(title, curves(series, f"{title}. {told}"), told)
