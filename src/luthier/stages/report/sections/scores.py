"""The model beside its baselines, and whether the metrics measure."""

from luthier.facts.evaluation import Evaluation, Interval, Scores
from luthier.facts.report import Report
from luthier.stages.report.blocks import Block, Cell, Paragraph, Section, Table, texts
from luthier.stages.report.drawing.strip import ruler, scale_of, strip
from luthier.stages.report.words import named, say

METRICS = ("macro_f1", "accuracy", "mcc", "log_loss", "calibration_error")


def scores(report: Report) -> Section | None:
    """Scores on the test split, best baseline first."""
    test = report.evidence.test
    if test is None:
        return None
    metric = report.outcome.metric if report.outcome else METRICS[0]
    blocks: list[Block] = [_table(test, metric)]
    if test.comparisons:
        blocks.append(_paired(test, metric))
    blocks += [Paragraph(text, quiet=True) for text in (_self_tests(test), _validation(report, metric)) if text]
    return Section("scores", say("section.scores"), tuple(blocks))


def _table(test: Scores, metric: str) -> Table:
    scored = (test.model, *test.baselines)
    scale = scale_of([one.scores[metric] for one in scored if metric in one.scores and one.name != "majority"])
    shown = [metric, *(name for name in METRICS if name != metric and name in test.model.scores)]
    columns = [Cell(named("metric", name)) for name in shown]
    title = say("scores.interval", {"metric": named("metric", metric)})
    head = (Cell(say("scores.scored")), columns[0], Cell("", title, drawing=ruler(scale)), *columns[1:])
    rows = []
    for one in scored:
        own = one is test.model
        cells = [_score(one, name, strong=own) for name in shown]
        picture = Cell("", drawing=strip(one.scores[metric], scale, own=own) if metric in one.scores else None)
        rows.append((Cell(named("model", one.name), strong=own), cells[0], picture, *cells[1:]))
    return Table(head, tuple(rows), "lrl" + "r" * (len(shown) - 1), say("scores.caption", {"rows": test.model.rows}))


def _score(one: Evaluation, metric: str, *, strong: bool) -> Cell:
    if metric not in one.scores:
        return Cell("–")
    return Cell(f"{one.scores[metric].value:.3f}", brackets(one.scores[metric]), strong=strong)


def brackets(interval: Interval) -> str:
    """The interval in square brackets, empty where none was computed."""
    if interval.low == interval.high:
        return ""
    return f"[{interval.low:.3f}, {interval.high:.3f}]"


def _paired(test: Scores, metric: str) -> Table:
    difference = say("scores.difference", {"metric": named("metric", metric)})
    columns = (say(f"scores.{name}") for name in ("model_only", "baseline_only", "p_value"))
    rows = tuple(
        (
            Cell(named("model", one.baseline)),
            Cell(f"{one.difference.value:+z.3f}", f"[{one.difference.low:+z.3f}, {one.difference.high:+z.3f}]"),
            *texts(f"{one.model_only:,}", f"{one.baseline_only:,}", f"{one.p_value:.2g}"),
        )
        for one in test.comparisons
    )
    return Table(texts(say("scores.against"), difference, *columns), rows, "lrrrr", say("scores.paired"))


def _self_tests(test: Scores) -> str:
    failed = [named("metric", one.metric) for one in test.self_tests if not one.passed]
    if failed:
        return say("scores.self_tests_failed", {"names": ", ".join(failed)})
    names = ", ".join(named("metric", one.metric) for one in test.self_tests)
    return say("scores.self_tests", {"names": names}) if names else ""


def _validation(report: Report, metric: str) -> str:
    validation = report.evidence.validation
    if validation is None or metric not in validation.model.scores:
        return ""
    value = validation.model.score(metric)
    return say("scores.validation", {"rows": validation.model.rows, "metric": named("metric", metric), "value": value})
