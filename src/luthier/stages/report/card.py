"""The model card: README.md of the saved model, with the front matter that the Hugging Face hub reads.

Fields as in the hub's model-card specification: library_name, base_model, pipeline_tag, tags, metrics, model-index. A
license is stated only where it is known, since a guess would be a legal statement.
"""

import math
import re
from pathlib import Path

import yaml

from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Number
from luthier.facts.plan import Plan
from luthier.facts.report import Report
from luthier.stages.report.assemble import assemble
from luthier.stages.report.blocks import Names, View
from luthier.stages.report.foreign import shown
from luthier.stages.report.markdown import block_lines, escaped
from luthier.stages.report.sections.findings import counts, unanswered
from luthier.stages.report.words import named, say

HUB_METRICS = {"accuracy": "accuracy", "macro_f1": "f1", "mcc": "matthews_correlation"}
"""Our metrics that the hub knows, with its names for them."""
HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?", re.ASCII)
SHOWN_SECTIONS = ("scores", "classes", "data")
FEWEST_POINTS = 0.05
"""Calibration error from which the card warns; our own choice, five points of probability."""

FEWEST_ROWS = 0.1
"""Share of the rows from which a language is stated; guesses on single short rows are often wrong."""


def card(report: Report) -> str:
    """README.md of a model folder.

    The license is that of the base model as its own card states it; languages are those of the training rows.
    """
    view = assemble(report)
    parts = [_front_matter(report), f"# {say('card.title')}", *_verdict(report, view)]
    for name in SHOWN_SECTIONS:
        if section := view.section(name):
            parts += [
                f"## {escaped(section.title)}",
                *(text for block in section.blocks for text in block_lines(block)),
            ]
    parts += [f"## {say('section.findings')}", escaped(counts(report)), *_findings(view)]
    if limits := _limits(report):
        parts += [f"## {say('card.limits')}", "\n".join(f"- {escaped(one)}" for one in limits)]
    text = "\n\n".join(part for part in (*parts, *_use()) if part) + "\n"
    return _without_local_paths(text, report)


def _without_local_paths(text: str, report: Report) -> str:
    """The card is published with the model; of paths on this machine only the last part is told."""
    plan, data = report.evidence.plan, report.evidence.data
    named_by_user = ([plan.model.id, plan.data.path] if plan else []) + ([data.path] if data else [])
    for path in named_by_user:
        if Path(path).is_absolute():
            text = text.replace(escaped(shown(path)), escaped(shown(Path(path).name)))
    return text


def _front_matter(report: Report) -> str:
    plan, test = report.evidence.plan, report.evidence.test
    model, data = report.evidence.model, report.evidence.data
    languages = [code for code, share in data.languages.items() if share >= FEWEST_ROWS] if data else []
    fields: dict[str, object] = {"library_name": "transformers", "pipeline_tag": "text-classification"}
    fields["tags"] = ["text-classification", "luthier"] + ([plan.strategy.name] if plan else [])
    if model is not None and model.license:
        fields["license"] = model.license
    if languages:
        fields["language"] = languages
    if plan is not None:
        fields |= _base(plan.model.id)
    if test is not None:
        fields["metrics"] = [HUB_METRICS[name] for name in test.model.scores if name in HUB_METRICS]
        fields["model-index"] = [{"name": shown(report.name), "results": [_result(plan, test.model)]}]
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=1000)}---"


def _base(model: str) -> dict[str, object]:
    """The base model where it has a hub id; a local path would tell others nothing but how a machine is laid out."""
    return {"base_model": model} if HUB_ID.fullmatch(model) and not Path(model).exists() else {}


def _result(plan: Plan | None, model: Evaluation) -> dict[str, object]:
    path = shown(Path(plan.data.path).name) if plan else "unknown"
    return {
        "task": {"type": "text-classification"},
        "dataset": {"name": path, "type": path, "split": "test"},
        "metrics": [
            {"type": HUB_METRICS[name], "name": named("metric", name), "value": round(one.value, 4)}
            for name, one in model.scores.items()
            if name in HUB_METRICS and math.isfinite(one.value)
        ],
    }


def _verdict(report: Report, view: View) -> list[str]:
    parts = []
    if report.evidence.plan is not None:
        plan = report.evidence.plan
        numbers: dict[str, Number] = {
            "base": shown(Path(plan.model.id).name),
            "strategy": plan.strategy.name,
            "seed": plan.seed,
        }
        parts.append(escaped(say("card.base", numbers)))
    parts.append(f"**{escaped(view.head.badge)}.** {escaped(view.head.title)}")
    return parts + [escaped(sentence) for sentence in view.head.sentences]


def _findings(view: View) -> list[str]:
    section = view.section("findings")
    if section is None:
        return []
    told = [block for block in section.blocks[1:] if not isinstance(block, Names) or block.tone == "strong"]
    return [text for block in told for text in block_lines(block)]


def _limits(report: Report) -> list[str]:
    limits = []
    data, test, plan = report.evidence.data, report.evidence.test, report.evidence.plan
    if test is not None:
        limits += [say("card.limit.tested", {"rows": test.model.rows}), *_weaknesses(test.model)]
    if plan is not None:
        limits.append(say("card.limit.cut", {"max_tokens": plan.model.max_tokens}))
    if data is not None and data.accuracy_ceiling < 1:
        limits.append(say("card.limit.ceiling", {"ceiling": data.accuracy_ceiling}))
    missed = [one.failure for one in unanswered(report)]
    if missed:
        limits.append(say("card.limit.not_looked", {"names": ", ".join(missed)}))
    return limits


def _weaknesses(model: Evaluation) -> list[str]:
    found = []
    if model.per_class:
        label, weakest = min(model.per_class.items(), key=lambda item: item[1].f1)
        found.append(say("card.limit.weak", {"label": shown(label), "f1": weakest.f1, "support": weakest.support}))
    error = model.scores.get("calibration_error")
    if error is not None and error.value >= FEWEST_POINTS:
        found.append(say("card.limit.calibration", {"error": error.value}))
    return found


def _use() -> list[str]:
    code = (
        "```python\n"
        "from transformers import pipeline\n\n"
        'classify = pipeline("text-classification", model="PATH OF THIS FOLDER", top_k=None)\n'
        'classify("a text")\n'
        "```"
    )
    return [f"## {say('card.use')}", code]
