"""New tokens whose rows do not learn."""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Moment
from luthier.facts.saved import WeightFacts
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.adapter_examples import ROOT, adapter, pairs
from tests.failures.examples import look, seen

NAME = "adapter_new_tokens_frozen"
TABLE = "model.embed_tokens"
TURNS = TokenizerFacts("run", 102, {"pad": 0}, added={"<pad>": 0, "<|user|>": 100, "<|bot|>": 101})
PADDED = TokenizerFacts("run", 101, {"pad": 100}, added={"</s>": 2, "<pad>": 100})
WEIGHTS = WeightFacts((), {f"{TABLE}.weight": (102, 16)}, embedding_rows=102, learning=("a.lora_A.default.weight",))
STORED = {**pairs(), f"{ROOT}{TABLE}.weight": (102, 16)}
EMBEDDINGS = (f"{ROOT}{TABLE}.weight",)


def census(largest: int) -> BatchCensus:
    """Batches with this largest id."""
    return BatchCensus("next_token", (), 102, largest_id=largest)


def test_in_memory() -> None:
    """An error where a batch holds them, a warning where none does."""
    facts = {"adapter": adapter(base_rows=100), "tokenizer": TURNS, "weights": WEIGHTS}
    used = seen(NAME, Moment.BEFORE, census=census(101), **facts)

    assert (used.severity, used.numbers["count"], used.numbers["first"]) == ("error", 2, "<|user|>")
    assert used.numbers["table"] == "embed_tokens"
    assert seen(NAME, Moment.BEFORE, census=census(99), **facts).severity == "warning"


def test_saved() -> None:
    """With the base at hand by its rows; without it by a table that nobody asked to save."""
    known = seen(NAME, Moment.AFTER, adapter=adapter(base_rows=100), tokenizer=TURNS)
    resized = seen(NAME, Moment.AFTER, adapter=adapter(STORED, embeddings=EMBEDDINGS), tokenizer=TURNS)

    assert (known.variant, known.numbers["count"]) == ("known", 2)
    assert (resized.variant, resized.numbers["rows"], resized.numbers["table"]) == ("resized", 102, "embed_tokens")
    assert resized.confidence < known.confidence
    assert {resized.severity, known.severity} == {"warning"}


def test_clear_in_memory() -> None:
    """Rows learn, nothing but padding is new, nothing is new, or the table was not resized at all."""
    learns = WeightFacts((), {}, embedding_rows=102, learning=(f"{TABLE}.modules_to_save.default.weight",))
    small = WeightFacts((), {}, embedding_rows=100, learning=("a.lora_A.default.weight",))
    trained = adapter(base_rows=100, embeddings=(f"{ROOT}{TABLE}.token_adapter.trainable_tokens_delta",))

    assert look(NAME, Moment.BEFORE, adapter=adapter(base_rows=100), tokenizer=TURNS, weights=learns) is None
    assert look(NAME, Moment.BEFORE, adapter=adapter(base_rows=100), tokenizer=TURNS, weights=small) is None
    assert look(NAME, Moment.BEFORE, adapter=adapter(base_rows=100), tokenizer=PADDED, weights=WEIGHTS) is None
    assert look(NAME, Moment.BEFORE, adapter=adapter(base_rows=102), tokenizer=TURNS, weights=WEIGHTS) is None
    assert look(NAME, Moment.BEFORE, adapter=trained, tokenizer=TURNS, weights=WEIGHTS) is None


def test_clear_saved() -> None:
    """The table was trained, in whichever way; the new token is padding; no table is stored."""
    low = adapter({**STORED, f"{ROOT}{TABLE}.lora_embedding_A": (4, 102)}, embeddings=(f"{TABLE}.lora_embedding_A",))
    saved = adapter(STORED, {"modules_to_save": ("embed_tokens", "lm_head")}, embeddings=EMBEDDINGS)

    for one in (low, saved, adapter(), adapter({}), adapter(base_rows=102)):
        assert look(NAME, Moment.AFTER, adapter=one, tokenizer=TURNS) is None
    assert look(NAME, Moment.AFTER, adapter=adapter(STORED, embeddings=EMBEDDINGS), tokenizer=PADDED) is None


def test_not_looked() -> None:
    """The base is not known."""
    answer = look(NAME, Moment.BEFORE, adapter=adapter(), tokenizer=TURNS, weights=WEIGHTS)

    assert "vocabulary" in str(answer)
