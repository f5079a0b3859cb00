"""The plan of another tool's run as one that Luthier can run: rows and model that are at hand, and nothing unknown."""

from dataclasses import replace
from pathlib import Path

from luthier.errors import RunError
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason
from luthier.stages.diagnose.translated import NO_LIMIT

TASKS = frozenset({"text_classification", ""})
STRATEGIES = frozenset({"full", "frozen_body", "top_layers"})
_OWN = ModelPlan("").max_tokens


def runnable(plan: Plan, data: str, base: str, where: str) -> Plan:
    """The plan with these rows and this model; what is said of the run's own columns and splits is left to be found.

    Args:
        plan: of the run, mended.
        data: rows: file or folder.
        base: model; empty means the one that the plan names.
        where: the run, for errors.

    Raises:
        RunError: Luthier does not train runs of this kind, or no model is named.
    """
    if plan.task not in TASKS or plan.strategy.name not in STRATEGIES:
        kind = plan.task if plan.task not in TASKS else plan.strategy.name
        raise RunError(
            f"Luthier does not train runs of this kind ({kind.replace('_', ' ')})",
            where=where,
            next_step="make the changes in your own script, as the findings name them",
        )
    model = base or plan.model.id
    if not model:
        raise RunError("no file names the model that was fine-tuned", where=where, next_step="name it with --base")
    longest = plan.model.max_tokens if plan.model.max_tokens < NO_LIMIT else _OWN
    kept = {name: reason for name, reason in plan.reasons.items() if not name.startswith(("data.", "model."))}
    named = Reason(f"the model of {Path(where).name}", "user")
    return replace(
        plan,
        data=DataPlan(data),
        model=replace(plan.model, id=model, max_tokens=longest),
        task="text_classification",
        reasons={**kept, "model.id": named},
    )
