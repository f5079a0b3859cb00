"""Decoders that generate behind padding."""

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import arguments
from tests.failures.saved_examples import config, tokenizer

NAME = "padding_on_the_right"
GENERATES = arguments(predict_with_generate=True, per_device_eval_batch_size=4)
SAID = ConsoleFacts(
    ("train.log",), 90, {"right_padding_generation": (Line("train.log", 7, "…"),)}, {"right_padding_generation": 12}
)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize("architecture", ["GPT2LMHeadModel", "LlamaForCausalLM"])
def test_settings(moment: Moment, architecture: str) -> None:
    """A decoder, in batches, padded on the right."""
    found = seen(NAME, moment, arguments=GENERATES, config=config(architecture), tokenizer=tokenizer())

    assert (found.variant, found.severity, found.numbers["count"]) == ("settings", "warning", 4)


def test_console() -> None:
    """Transformers' own line, which is less sure."""
    found = seen(NAME, Moment.AFTER, console=SAID)

    assert (found.variant, found.place.name, found.numbers["count"], found.numbers["line"]) == (
        "console",
        "train.log",
        12,
        7,
    )
    assert found.confidence < 0.8


@pytest.mark.parametrize(
    ("settings", "architecture", "side"),
    [
        (GENERATES, "GPT2LMHeadModel", "left"),
        (GENERATES, "T5ForConditionalGeneration", "right"),
        (arguments(predict_with_generate=True, per_device_eval_batch_size=1), "GPT2LMHeadModel", "right"),
        (arguments(predict_with_generate=True, eval_strategy="no"), "GPT2LMHeadModel", "right"),
        (arguments(), "GPT2LMHeadModel", "right"),
    ],
)
def test_clear(settings: Arguments, architecture: str, side: str) -> None:
    """Padded on the left, an encoder before the decoder, row by row, or nothing generated."""
    parts = {"arguments": settings, "config": config(architecture), "tokenizer": tokenizer(padding_side=side)}

    assert look(NAME, Moment.AFTER, **parts, console=ConsoleFacts(("train.log",), 90)) is None


def test_not_looked() -> None:
    """Nothing to look at."""
    assert "neither settings nor a console" in str(look(NAME, Moment.AFTER))
