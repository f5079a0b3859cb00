"""Adapters that checkpointing cut off."""

import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Moment
from luthier.facts.saved import AdapterFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import arguments

NAME = "gradient_lost_in_checkpointing"
WARNED = ConsoleFacts(("train.log",), 9, counts={"requires_grad_none": 1})


def checkpointed(name: str = "gradient_checkpointing", **options: Plain) -> Arguments:
    """Checkpointing with these options."""
    return arguments(**{name: True, f"{name}_kwargs": dict(options)})


def adapter(untouched: int) -> AdapterFacts:
    """Four low-rank pairs, some of which were never trained."""
    return AdapterFacts("", {}, untouched=untouched, pairs=4)


@pytest.mark.parametrize("name", ["gradient_checkpointing", "activation_checkpointing"])
@pytest.mark.parametrize("untouched", [2, 4])
def test_settings(name: str, untouched: int) -> None:
    """The reentrant form, under both of its names."""
    settings = checkpointed(name, use_reentrant=True)
    found = seen(NAME, Moment.AFTER, arguments=settings, adapter=adapter(untouched))

    assert (found.severity, found.confidence, found.numbers["count"]) == ("error", 0.75, untouched)


def test_warned() -> None:
    """What torch said weighs more, whatever the settings."""
    found = seen(NAME, Moment.AFTER, arguments=arguments(), adapter=adapter(4), console=WARNED)

    assert found.confidence == 0.9


@pytest.mark.parametrize(
    ("settings", "untouched", "console"),
    [
        (checkpointed(use_reentrant=True), 0, WARNED),
        (checkpointed(use_reentrant=True), 1, None),
        (checkpointed(use_reentrant=False), 4, None),
        (checkpointed(), 4, ConsoleFacts(("train.log",), 9)),
        (arguments(gradient_checkpointing=True, gradient_checkpointing_kwargs=None), 4, None),
        (arguments(gradient_checkpointing=False, gradient_checkpointing_kwargs={"use_reentrant": True}), 4, None),
    ],
)
def test_clear(settings: Arguments, untouched: int, console: ConsoleFacts | None) -> None:
    """An adapter that learned, or checkpointing that cannot have cut it."""
    assert look(NAME, Moment.AFTER, arguments=settings, adapter=adapter(untouched), console=console) is None
