"""What happened while training, as curves of raw values."""

from collections.abc import Mapping

import numpy as np

from luthier.facts.finding import Number
from luthier.facts.report import Report
from luthier.facts.trace import Floats, Trace
from luthier.stages.report.blocks import Block, Drawing, Drawings, Paragraph, Section
from luthier.stages.report.drawing.curves import Series, curves
from luthier.stages.report.words import named, say


def training(report: Report) -> Section | None:
    """Loss, validation score, rates, norms and changes of weights."""
    trace = report.evidence.trace
    if trace is None or not len(trace):
        return None
    metric = report.outcome.metric if report.outcome else "macro_f1"
    found = [
        _drawing(say("training.loss"), [_loss(trace), *scored(trace, "log_loss", say("training.validation_loss"))]),
        _drawing(
            say("training.validation", {"metric": named("metric", metric)}),
            scored(trace, metric, named("metric", metric)),
        ),
        _drawing(say("training.rate"), _groups(trace.steps, trace.rates)),
        _drawing(say("training.norm"), _groups(trace.steps, trace.grad_norms), "training.before_clipping"),
        _drawing(say("training.ratio"), _groups(trace.steps, trace.update_ratios), "training.logarithmic"),
    ]
    blocks: tuple[Block, ...] = (
        Paragraph(_steps(trace)),
        Drawings(tuple(drawing for drawing in found if drawing is not None)),
    )
    return Section("training", say("section.training"), blocks)


def _steps(trace: Trace) -> str:
    done = int(trace.steps[-1])
    epochs = done / trace.steps_per_epoch if trace.steps_per_epoch else 0.0
    text = say("training.steps", {"done": done, "total": trace.total_steps, "epochs": epochs})
    return text if done >= trace.total_steps else f"{text} {say('training.early')}"


def _loss(trace: Trace) -> Series:
    return Series(say("training.train_loss"), trace.steps, trace.losses)


def scored(trace: Trace, metric: str, name: str) -> list[Series]:
    """Validation scores over steps as one series; none where the metric was not scored."""
    points = [(step, one.scores[metric].value) for step, one in trace.evaluations if metric in one.scores]
    if not points:
        return []
    steps, values = np.array(points, dtype=np.float64).T
    return [Series(name, steps, values, dots=True)]


def _groups(steps: Floats, values: Mapping[str, Floats]) -> list[Series]:
    return [Series(group, steps, one) for group, one in values.items()]


def _drawing(title: str, series: list[Series], note: str = "") -> Drawing | None:
    """A picture of curves; one with a note has a logarithmic axis in any case."""
    if not series:
        return None
    told = " ".join(says(one) for one in series)
    svg = curves(series, f"{title}. {told}", logarithmic=True if note else None)
    return Drawing(title, svg, told, say(note) if note else "")


def says(one: Series) -> str:
    """The curve in words, for those who cannot see it and for formats without pictures."""
    finite = np.flatnonzero(np.isfinite(one.y))
    broken = np.flatnonzero(~np.isfinite(one.y))
    texts = [say("training.empty", {"series": one.name})]
    if len(finite):
        first, last = finite[0], finite[-1]
        numbers: dict[str, Number] = {
            "series": one.name,
            "first": float(one.y[first]),
            "start": float(one.x[first]),
            "last": float(one.y[last]),
            "stop": float(one.x[last]),
            "low": float(one.y[finite].min()),
            "high": float(one.y[finite].max()),
        }
        texts = [say("training.says", numbers)]
    if len(broken):
        lost: dict[str, Number] = {"series": one.name, "count": len(broken), "step": float(one.x[broken[0]])}
        texts.append(say("training.not_finite", lost))
    return " ".join(texts)
