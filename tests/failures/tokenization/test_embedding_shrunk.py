"""Tables that became smaller."""

from luthier.facts.finding import Moment
from luthier.facts.saved import AdapterFacts, SavedConfig
from tests.failures.examples import look, seen

NAME = "embedding_shrunk"


def config(rows: int, base: int | None) -> SavedConfig:
    """A model beside its base."""
    return SavedConfig("", {"vocab_size": rows}, base={} if base is None else {"vocab_size": base})


def test_seen() -> None:
    """A note, since the model is sound; an adapter must fit the base."""
    alone = seen(NAME, Moment.BEFORE, config=config(151_665, 151_936))
    adapter = seen(NAME, Moment.BEFORE, config=config(151_665, 151_936), adapter=AdapterFacts("", {}))

    assert (alone.severity, alone.numbers["lost"], adapter.severity) == ("note", 271, "warning")


def test_nested() -> None:
    """Models for pictures and text keep it one level down."""
    nested = SavedConfig("", {"text_config": {"vocab_size": 100}}, base={"text_config": {"vocab_size": 128}})

    assert seen(NAME, Moment.BEFORE, config=nested).numbers["lost"] == 28


def test_clear() -> None:
    """As large, or larger."""
    assert look(NAME, Moment.BEFORE, config=config(30_522, 30_522)) is None
    assert look(NAME, Moment.BEFORE, config=config(30_530, 30_522)) is None


def test_not_looked() -> None:
    """No base."""
    assert "not at hand" in str(look(NAME, Moment.BEFORE, config=config(30_522, None)))
