"""The exact join of near texts."""

import random

import pytest

from luthier.facts.likeness import likeness, shingles
from luthier.failures._near import near_rows


@pytest.mark.parametrize("threshold", [0.5, 0.8, 1.0])
def test_equals_comparing_all(threshold: float) -> None:
    """The join finds exactly what comparing every pair finds."""
    chance = random.Random(1)
    words = ["onion", "soup", "rye", "bread", "stew", "pie"]
    texts = [" ".join(chance.choices(words, k=chance.randint(0, 9))) for _ in range(120)]
    own, others = texts[:60], texts[60:]

    wanted = {i for i, a in enumerate(own) if any(likeness(shingles(a), shingles(b)) >= threshold for b in others)}

    assert near_rows(own, others, threshold) == wanted
    assert 0 < len(wanted) < 60


def test_nothing_to_compare() -> None:
    """Empty lists have no near rows."""
    assert near_rows([], ["a text"], 0.8) == set()
    assert near_rows(["a text"], [], 0.8) == set()
