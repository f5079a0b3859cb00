"""Weights that learn in float16."""

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import WeightFacts
from tests.failures.examples import look, seen

NAME = "half_precision_weights"


def weights(**learning: int) -> WeightFacts:
    """A model in memory, mostly float16, of which these learn."""
    return WeightFacts((), {}, {"F16": 1_000_000, **learning}, learning_types=learning)


def half(on: bool) -> Arguments:
    """Settings with or without mixed precision."""
    return Arguments("TrainingArguments", "transformers", {"fp16": on})


@pytest.mark.parametrize(("on", "variant", "severity"), [(True, "scaled", "error"), (False, "unscaled", "warning")])
def test_seen(on: bool, variant: str, severity: str) -> None:
    """With a scaler the run stops, without one it goes on."""
    found = seen(NAME, Moment.BEFORE, weights=weights(F16=900, F32=100), arguments=half(on))

    assert (found.variant, found.severity) == (variant, severity)
    assert (found.numbers["count"], found.numbers["total"]) == (900, 1000)


def test_console() -> None:
    """The scaler has stopped the run."""
    console = ConsoleFacts(("a.log",), 9, {"half_gradients_unscaled": (Line("a.log", 4, ""),)})

    assert seen(NAME, Moment.AFTER, console=console).numbers["line"] == 4


def test_clear() -> None:
    """An adapter in float32 on a frozen model in float16; bfloat16; a console without the error."""
    for learning in (weights(F32=100), weights(BF16=100), weights()):
        assert look(NAME, Moment.BEFORE, weights=learning, arguments=half(True)) is None
    assert look(NAME, Moment.BEFORE, weights=weights(F16=10, F32=90), arguments=half(False)) is None
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("a.log",), 9)) is None
