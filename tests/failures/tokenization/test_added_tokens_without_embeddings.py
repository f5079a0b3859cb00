"""Added tokens that have no vector."""

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "added_tokens_without_embeddings"
ROW = RowCensus(tokens=40, supervised=20)
TABLE = WeightFacts((), {}, embedding_rows=50_257)


def tokenizer(added: int, size: int = 50_257) -> TokenizerFacts:
    """GPT-2's, with so many tokens added."""
    return TokenizerFacts("here", size + added, added={f"<{number}>": size + number for number in range(added)})


def test_used() -> None:
    """An id that the table lacks stops the run."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, largest_id=50_257), weights=TABLE)

    assert (finding.variant, finding.severity, finding.confidence) == ("used", "error", 1.0)


def test_there() -> None:
    """Not met yet, in memory or in saved files."""
    finding = seen(NAME, Moment.BEFORE, tokenizer=tokenizer(2), census=census(ROW, largest_id=50_000), weights=TABLE)
    saved = seen(NAME, Moment.BEFORE, tokenizer=tokenizer(2), config=SavedConfig("", {"vocab_size": 50_257}))

    assert (finding.variant, finding.numbers["count"], finding.numbers["tokens"]) == ("there", 2, "<0>, <1>")
    assert saved.numbers == finding.numbers


def test_clear() -> None:
    """A table that was resized, or padded; another model's vocabulary is another failure."""
    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(0), weights=TABLE) is None
    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(3, 50_000), weights=TABLE) is None
    assert look(NAME, Moment.BEFORE, tokenizer=tokenizer(3, 60_000), weights=TABLE) is None


def test_tokens_for_pictures() -> None:
    """Gemma 3 for text brings one that it cannot read, and no text holds it."""
    gemma = TokenizerFacts("here", 262_145, added={"<image_soft_token>": 262_144})

    assert look(NAME, Moment.BEFORE, tokenizer=gemma, config=SavedConfig("", {"vocab_size": 262_144})) is None


def test_not_looked() -> None:
    """No table, or no tokenizer."""
    assert "not known how many" in str(look(NAME, Moment.BEFORE, tokenizer=tokenizer(2)))
    assert "no tokenizer" in str(look(NAME, Moment.BEFORE, weights=TABLE))
