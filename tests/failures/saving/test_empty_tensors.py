"""Saved tensors that hold nothing."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from luthier.facts.saved import AdapterFacts
from tests.failures.examples import look, seen
from tests.failures.saved_examples import weights

NAME = "empty_tensors"
BARE = weights(tensors={"a": (0,), "b": (3, 4)}, empty=("a",))


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_no_elements(moment: Moment) -> None:
    """How many, and the first."""
    found = seen(NAME, moment, weights=BARE)

    assert (found.variant, found.severity, found.numbers["count"], found.numbers["total"]) == (
        "no elements",
        "error",
        1,
        2,
    )


@pytest.mark.parametrize("name", ["b", "c"])
def test_missing(name: str) -> None:
    """Cut off the file, or in a file that the index names and that is not there."""
    found = seen(NAME, Moment.AFTER, weights=weights(tensors={"a": (2,), "b": (3, 4)}, empty=(name,)))

    assert (found.variant, found.numbers["first"]) == ("missing", name)


def test_adapter() -> None:
    """An adapter's own tensors."""
    found = seen(NAME, Moment.AFTER, adapter=AdapterFacts("lora", {}, {"x.lora_A.weight": (4, 0)}))

    assert (found.numbers["what"], found.place.name) == ("adapter", "lora")


def test_clear() -> None:
    """Whole files, stand-ins in memory, and a cut checkpoint, which is a failure of its own."""
    cut = weights(files=("checkpoint-20/model.safetensors",), tensors={"b": (3, 4)}, empty=("b",))

    assert look(NAME, Moment.AFTER, weights=weights()) is None
    assert look(NAME, Moment.AFTER, weights=weights(), adapter=AdapterFacts("lora", {}, {"x": (4, 2)})) is None
    assert look(NAME, Moment.BEFORE, weights=replace(BARE, files=())) is None
    assert look(NAME, Moment.AFTER, weights=cut) is None


def test_not_looked() -> None:
    """No weights were read."""
    assert "no weights" in str(look(NAME, Moment.AFTER))
