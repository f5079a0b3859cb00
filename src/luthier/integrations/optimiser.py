"""The optimiser that a trainer was given; one that the trainer makes itself follows from its settings."""

from typing import Any

from luthier.facts.optimiser import OptimiserFacts, OptimiserGroup
from luthier.integrations.opened import base_of, plain_model
from luthier.stages.diagnose.home import plain
from luthier.stages.diagnose.readers.optimiser import OF_THE_MOMENT


def optimiser_of(trainer: Any) -> OptimiserFacts | None:
    """Groups and settings of the optimiser; None where nobody handed one over."""
    given = getattr(trainer, "optimizer", None)
    given = getattr(given, "optimizer", given)  # accelerate wraps it
    groups = getattr(given, "param_groups", None)
    if not groups:
        return None
    names = {id(weight): name for name, weight in base_of(plain_model(trainer.model)).named_parameters()}
    return OptimiserFacts("the trainer", type(given).__name__, tuple(_group(group, names) for group in groups))


def _group(group: dict[str, Any], names: dict[int, str]) -> OptimiserGroup:
    settings = {name: plain(value) for name, value in group.items() if name not in OF_THE_MOMENT}
    settings.setdefault("initial_lr", plain(group.get("lr")))  # as a schedule will write it down
    return OptimiserGroup(settings, len(group["params"]), tuple(names.get(id(one), "") for one in group["params"]))
