"""Tokens that the base model never met."""

from dataclasses import replace

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.saved import AdapterFacts
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "template_tokens_untrained"
ROW = RowCensus(tokens=40, supervised=20)


def test_seen() -> None:
    """Named, and counted."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, faint=("<|im_start|>", "<|im_end|>"), table_learns=False))

    assert (finding.numbers["count"], finding.numbers["tokens"]) == (2, "<|im_start|>, <|im_end|>")


def test_clear() -> None:
    """A table that learns, or vectors of usual length."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, faint=("<|im_start|>",), table_learns=True)) is None
    assert look(NAME, Moment.BEFORE, census=census(ROW, table_learns=False)) is None


def test_saved() -> None:
    """In the base of an adapter that has no vectors of tokens."""
    tokenizer = TokenizerFacts("here", 500, faint=("<|im_start|>",))
    adapter = AdapterFacts("", {})

    assert seen(NAME, Moment.AFTER, tokenizer=tokenizer, adapter=adapter).variant == "saved"
    own = replace(adapter, embeddings=("base_model.model.embed_tokens.weight",))
    assert look(NAME, Moment.AFTER, tokenizer=tokenizer, adapter=own) is None
    assert look(NAME, Moment.AFTER, tokenizer=replace(tokenizer, faint=()), adapter=adapter) is None


def test_not_looked() -> None:
    """A census without a look at the table, or an adapter without its base."""
    tokenizer, adapter = TokenizerFacts("here", 500), AdapterFacts("", {})
    assert "not at hand" in str(look(NAME, Moment.AFTER, tokenizer=tokenizer, adapter=adapter))
    assert "not looked at" in str(look(NAME, Moment.BEFORE, census=census(ROW)))
