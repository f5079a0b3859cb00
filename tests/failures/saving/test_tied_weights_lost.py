"""Heads and embeddings that are tied in one place only."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.saved_examples import config, weights

NAME = "tied_weights_lost"
EMBEDDING = {"transformer.wte.weight": (10, 4)}
HEAD = {"lm_head.weight": (10, 4)}


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_missing(moment: Moment) -> None:
    """Untied by its config, without a head."""
    bare = weights(tensors=EMBEDDING, expected_head="lm_head")
    found = seen(NAME, moment, config=config(tie_word_embeddings=False), weights=bare)

    assert (found.variant, found.severity, found.numbers["head"]) == ("missing", "error", "lm_head")


def test_both() -> None:
    """Tied by its config, with a head of its own."""
    two = weights(tensors={**EMBEDDING, **HEAD}, head_differs=True)
    found = seen(NAME, Moment.AFTER, config=config(tie_word_embeddings=True), weights=two)

    assert (found.variant, found.severity, found.numbers["head"]) == ("both", "warning", "lm_head.weight")


@pytest.mark.parametrize(
    ("tied", "tensors", "differs"),
    [(True, EMBEDDING, None), (True, {**EMBEDDING, **HEAD}, False), (False, {**EMBEDDING, **HEAD}, True)],
)
def test_clear(tied: bool, tensors: dict[str, tuple[int, ...]], differs: bool | None) -> None:
    """Stored once and tied, stored twice with one value, stored twice and untied."""
    healthy = weights(tensors=tensors, head_differs=differs, expected_head="" if tied else "lm_head")

    assert look(NAME, Moment.AFTER, config=config(tie_word_embeddings=tied), weights=healthy) is None


def test_clear_in_memory() -> None:
    """A model in memory has its head."""
    bare = replace(weights(tensors=EMBEDDING, expected_head="lm_head"), files=())

    assert look(NAME, Moment.BEFORE, config=config(tie_word_embeddings=False), weights=bare) is None


@pytest.mark.parametrize("value", [None, "yes"])
def test_not_looked(value: Plain) -> None:
    """Without a word in the config nothing is guessed."""
    bare = weights(tensors=EMBEDDING, expected_head="")

    assert "does not say" in str(look(NAME, Moment.AFTER, config=config(tie_word_embeddings=value), weights=bare))
