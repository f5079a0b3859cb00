"""Top layers: the last n layers and the head learn, on states of the layers below that are computed once."""

from luthier.errors import PlanError
from luthier.facts.data import DataFacts
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.models.parts import Parts
from luthier.strategies._contract import Group, Prepared

SUMMARY = "the last layers and the head learn; most of full tuning's score at a fraction of its time"

DEFAULTS = {
    "strategy.layers": (2, "a third of a six-layer encoder"),
    "train.rate": (1e-4, "fewer weights learn, so each may move a little more"),
    "train.head_rate": (1e-3, "the head is new and starts at random"),
    "train.epochs": (5.0, "an epoch is cheap once the lower layers' states are there"),
}


def suits(data: DataFacts, model: ModelFacts) -> str:
    """It needs a model of at least two layers."""
    return "" if model.layers > 1 else "the model has a single layer"


def prepare(parts: Parts, plan: Plan) -> Prepared:
    """Two groups: the upper encoder and the head.

    Raises:
        PlanError: `strategy.layers` is missing or not between 1 and the layers of the model.
    """
    layers = plan.strategy.layers
    if layers is None or not 1 <= layers <= len(parts.layers):
        raise PlanError(
            f"{layers} layers cannot be trained: the model has {len(parts.layers)}",
            where="strategy.layers",
            next_step=f"choose 1 to {len(parts.layers)}",
        )
    frozen = len(parts.layers) - layers
    encoder = (*parts.layer_parameters(frozen, len(parts.layers)), *parts.top)
    return Prepared(
        (Group("encoder", encoder, plan.train.rate), Group("head", parts.head, plan.train.head_rate)), frozen
    )
