"""Adapters that nothing has changed."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.saved import WeightFacts
from tests.failures.adapter_examples import adapter
from tests.failures.examples import look, seen

NAME = "adapter_untouched"


def learning(*names: str) -> WeightFacts:
    """A model in memory of which these weights learn."""
    return WeightFacts((), {}, learning=names)


def test_frozen() -> None:
    """The head alone learns."""
    found = seen(NAME, Moment.BEFORE, adapter=adapter(), weights=learning("classifier.weight"))

    assert (found.variant, found.severity, found.numbers["count"]) == ("frozen", "error", 8)


@pytest.mark.parametrize(("untouched", "severity"), [(8, "error"), (4, "warning")])
def test_zero(untouched: int, severity: str) -> None:
    """All of them, or half."""
    found = seen(NAME, Moment.AFTER, adapter=adapter(untouched=untouched))

    assert (found.variant, found.severity, found.numbers["total"]) == ("zero", severity, 8)


def test_clear() -> None:
    """It learns; nothing at all learns, which raises; few pairs are zero; there are no pairs."""
    assert look(NAME, Moment.BEFORE, adapter=adapter(), weights=learning("x.lora_A.default.weight")) is None
    assert look(NAME, Moment.BEFORE, adapter=adapter(), weights=learning()) is None
    assert look(NAME, Moment.BEFORE, adapter=adapter({}), weights=learning("classifier.weight")) is None
    assert look(NAME, Moment.AFTER, adapter=adapter(untouched=3)) is None
    assert look(NAME, Moment.AFTER, adapter=adapter({"prompt_embeddings": (8, 16)})) is None
