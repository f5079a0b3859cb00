"""Ids that mean other words to the model."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen

NAME = "tokenizer_of_another_model"
CONFIG = SavedConfig("", {"vocab_size": 30_522})


def tokenizer(size: int, agreement: float | None = None, added: int = 0) -> TokenizerFacts:
    """A tokenizer whose last pieces are added ones."""
    extra = {f"<{number}>": number for number in range(size - added, size)}
    return TokenizerFacts("here", size, added=extra, agreement=agreement)


def test_base() -> None:
    """The base's own tokenizer decides, whatever the sizes."""
    finding = seen(NAME, Moment.BEFORE, tokenizer=tokenizer(30_522, 0.02), config=CONFIG)

    assert (finding.variant, finding.severity, finding.numbers["percent"]) == ("base", "error", 2)
    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(20_000, 1.0), config=CONFIG) is None


@pytest.mark.parametrize(("size", "variant"), [(50_265, "larger"), (21_128, "smaller")])
def test_sizes(size: int, variant: str) -> None:
    """Without it the table decides."""
    assert seen(NAME, Moment.BEFORE, tokenizer=tokenizer(size), config=CONFIG).variant == variant


@pytest.mark.parametrize(
    ("size", "added", "rows"),
    [(30_522, 0, 30_522), (151_665, 26, 151_936), (50_295, 0, 51_200), (30_530, 8, 30_522), (384, 0, 1_000)],
    ids=["equal", "Qwen", "Phi", "added tokens, which are another failure", "bytes"],
)
def test_clear(size: int, added: int, rows: int) -> None:
    """Tables are often a little larger."""
    weights = WeightFacts((), {}, embedding_rows=rows)

    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(size, added=added), weights=weights) is None


def test_not_looked() -> None:
    """Nothing to compare with."""
    assert "neither" in str(look(NAME, Moment.BEFORE, tokenizer=tokenizer(500)))
