"""Scores by name: what a run measured, under the names that its libraries use."""

from dataclasses import dataclass

from luthier.facts.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class EntityScores:
    """Scores of whole entities, as seqeval gives them, 0 to 1."""

    precision: float
    recall: float
    f1: float


def value(evaluation: Evaluation, name: str) -> float | None:
    """A score; None where it was not measured."""
    return evaluation.scores[name].value if name in evaluation.scores else None


def entity_scores(evaluation: Evaluation) -> EntityScores | None:
    """Precision, recall and F1 of entities; None where one of them is missing.

    The examples of Transformers call them "precision", seqeval as it is found in `evaluate` "overall_precision".
    """
    for prefix in ("", "overall_"):
        found = [value(evaluation, prefix + name) for name in ("precision", "recall", "f1")]
        known = [one for one in found if one is not None]
        if len(known) == 3:
            return EntityScores(*known)
    return None
