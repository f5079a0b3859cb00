"""Rare classes that a model never or hardly ever finds."""

from collections.abc import Iterator

from luthier.facts.evaluation import Evaluation


def lost_classes(model: Evaluation) -> Iterator[tuple[str, float, int]]:
    """Name, recall and rows of each class with less than half of its even share of rows, whose recall is below one half
    even at the upper end of its 95 % interval.
    """
    even = model.rows / max(1, len(model.per_class))
    for name, scores in model.per_class.items():
        rare = 0 < scores.support < even / 2
        if rare and upper(round(scores.recall * scores.support), scores.support) < 0.5:
            yield name, scores.recall, scores.support


def upper(hits: int, rows: int) -> float:
    """Upper end of the two-sided 95 % interval of a share, by halving: where so few hits have a chance of 2.5 %."""
    low, high = hits / rows, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(hits, rows, middle) > 0.025 else (low, middle)
    return high


def _at_most(hits: int, rows: int, share: float) -> float:
    """Chance of at most so many hits."""
    term = total = (1 - share) ** rows
    for i in range(hits):
        term *= (rows - i) / (i + 1) * share / (1 - share) if share < 1 else 0.0
        total += term
    return total
