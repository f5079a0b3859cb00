"""What the person asked for, gathered from the command's options, `--set` and a plan file, before any fact is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from luthier.errors import PlanError
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason
from luthier.facts.request import Request
from luthier.stages.plan.file import read_values
from luthier.stages.plan.settings import Value, value_from_text, value_of, with_value
from luthier.stages.plan.spellings import translate

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

_OPTIONS = {
    "data.text": "text",
    "data.label": "label",
    "data.group": "group",
    "data.time": "time",
    "model.id": "model",
    "model.max_tokens": "max_tokens",
    "strategy.name": "strategy",
    "train.epochs": "epochs",
    "train.rate": "rate",
    "seed": "seed",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """A plan that holds what was asked for, and Luthier's defaults elsewhere.

    Attributes:
        plan: the draft; `plan.reasons` names exactly the values that were asked for or repeated.
        in_steps: dotted name to a number of optimiser steps, to become a share when the length of the run is known.
        budget_seconds: training time that was granted, or None.
        notices: lines for people.
    """

    plan: Plan
    in_steps: Mapping[str, float] = field(default_factory=dict)
    budget_seconds: float | None = None
    notices: tuple[str, ...] = ()

    def fixed(self, name: str) -> bool:
        """Whether a value was asked for, or comes from a plan that is repeated: it must not be derived."""
        return name in self.plan.reasons or name in self.in_steps


def wishes(request: Request) -> Wishes:
    """Gather what was asked for.

    Later words win over earlier ones: the plan file, then the options, then `--set`.

    Raises:
        PlanError: a setting is unknown, out of range, said twice, or the plan file cannot be read.
    """
    plan = Plan(DataPlan(path=request.data), ModelPlan(id=request.model or DEFAULT_MODEL))
    if request.plan_file:
        plan = _repeated(plan, Path(request.plan_file))
        if request.data:
            plan = with_value(plan, "data.path", request.data, Reason("named on the command line", "user"))
    for name, attribute in _OPTIONS.items():
        said = getattr(request, attribute)
        if said is not None:
            option = f"--{attribute.replace('_', '-')}"
            file = request.said_in.get(attribute, "")
            value = value_of(name, said, where=f"{file}: {attribute}" if file else f"{option} {said}")
            plan = with_value(plan, name, value, Reason(f"set in {file}" if file else f"set with {option}", "user"))
    if not request.near_duplicates:
        plan = with_value(plan, "data.near_duplicates", False, Reason("set with --no-near-duplicates", "user"))
    values, in_steps, notices = _said(request.settings)
    for name, (value, reason) in values.items():
        plan = with_value(plan, name, value, Reason(reason, "user"))
    return Wishes(plan, in_steps, request.budget_seconds, notices)


def _repeated(plan: Plan, path: Path) -> Plan:
    written = read_values(path)
    for name, value in written.values.items():
        user = name in written.set_by_user
        plan = with_value(plan, name, value, Reason(f"as in {path.name}", "user" if user else "luthier"))
    return plan


def _said(
    settings: Mapping[str, str],
) -> tuple[dict[str, tuple[Value, str]], dict[str, float], tuple[str, ...]]:
    values: dict[str, tuple[Value, str]] = {}
    in_steps: dict[str, float] = {}
    notices: list[str] = []
    for said, text in settings.items():
        where = f"--set {said}={text}"
        foreign = translate(said, text, where=where)
        name = foreign.name if foreign else said
        if foreign:
            notices.append(foreign.notice)
            if not name:
                continue
        if name in values or name in in_steps:
            raise PlanError(f"{name} is set twice", where=where, next_step="keep one of the two")
        if foreign and foreign.in_steps:
            in_steps[name] = float(foreign.text)
        else:
            values[name] = (
                value_from_text(name, foreign.text if foreign else text, where=where),
                f"set with {said}={text}",
            )
    return values, in_steps, tuple(notices)
