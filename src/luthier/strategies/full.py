"""Full tuning: every weight learns, the pretrained ones slowly and the new head faster."""

from luthier.facts.data import DataFacts
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.models.parts import Parts
from luthier.strategies._contract import Group, Prepared

SUMMARY = "every weight learns; the best scores where there are a few hundred rows or more"

DEFAULTS = {
    "train.rate": (
        5e-5,
        "full tuning of a pretrained encoder: 2e-5 to 1e-4 (Mosbach et al. 2021), small models higher",
    ),
    "train.head_rate": (1e-3, "the head is new and starts at random"),
    "train.epochs": (3.0, "three passes, as in Devlin et al. 2019"),
}


def suits(data: DataFacts, model: ModelFacts) -> str:
    """It suits any data."""
    return ""


def prepare(parts: Parts, plan: Plan) -> Prepared:
    """Three groups: embeddings, encoder, head."""
    encoder = (*parts.layer_parameters(0, len(parts.layers)), *parts.top)
    return Prepared(
        (
            Group("embeddings", tuple(parts.embeddings.parameters()), plan.train.rate),
            Group("encoder", encoder, plan.train.rate),
            Group("head", parts.head, plan.train.head_rate),
        )
    )
