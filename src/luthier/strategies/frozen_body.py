"""Frozen body: only the new head learns, on vectors that are computed once per text."""

from luthier.facts.data import DataFacts
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.models.parts import Parts
from luthier.strategies._contract import Group, Prepared

SUMMARY = "only the head learns, on vectors computed once; seconds instead of minutes"

DEFAULTS = {
    "train.head_rate": (1e-2, "a linear head on fixed vectors; at an encoder's 2e-5 it would not move"),
    "train.epochs": (20.0, "an epoch costs next to nothing once the vectors are there"),
    "train.warmup": (0.0, "a convex problem needs no warmup"),
}


def suits(data: DataFacts, model: ModelFacts) -> str:
    """It suits any data."""
    return ""


def prepare(parts: Parts, plan: Plan) -> Prepared:
    """One group: the head."""
    return Prepared((Group("head", parts.head, plan.train.head_rate),), len(parts.layers), frozen_body=True)
