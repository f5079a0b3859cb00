"""The token that ends answers, and those at which generation stops."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import arguments, census, pairs
from tests.failures.saved_examples import config, tokenizer

NAME = "end_token_differs_at_generation"
CHATS = census(RowCensus(20, 5, roles={"assistant": 5}))
OTHER = tokenizer(turn_end="<|im_end|>")


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize(
    "chats",
    [
        {"arguments": arguments(assistant_only_loss=True)},
        {"arguments": arguments(chat_template_path="other")},
        {"census": CHATS},
        {"pairs": pairs()},
    ],
)
def test_seen(moment: Moment, chats: dict[str, object]) -> None:
    """Whatever says that chats were learned."""
    found = seen(NAME, moment, config=config(), tokenizer=OTHER, **chats)

    assert (found.severity, found.numbers["id"], found.numbers["stops"]) == ("error", 3, "2")


def test_files_that_disagree() -> None:
    """The tokenizer's own end token ends turns, and generation_config.json has another: no chats need to be known."""
    found = seen(NAME, Moment.AFTER, config=config(generation={"eos_token_id": (5, 6)}), tokenizer=tokenizer())

    assert (found.numbers["token"], found.numbers["stops"]) == ("</s>", "5, 6")


@pytest.mark.parametrize("stops", [3, (2, 3)])
def test_clear(stops: Plain) -> None:
    """Alone or among others."""
    healthy = config(generation={"eos_token_id": stops})

    assert look(NAME, Moment.AFTER, config=healthy, tokenizer=OTHER, pairs=pairs()) is None


def test_trainer_adds_its_own() -> None:
    """Of a trainer that has not started, the tokenizer's end token counts."""
    live = replace(config(generation={"eos_token_id": 5}), files=())

    assert look(NAME, Moment.BEFORE, config=live, tokenizer=tokenizer(), census=CHATS) is None


def test_no_generation_config() -> None:
    """Then config.json counts."""
    assert look(NAME, Moment.AFTER, config=config(generation={}, eos_token_id=3), tokenizer=OTHER, census=CHATS) is None


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"tokenizer": tokenizer(turn_end="", chat_template="")}, "no chat template"),
        ({"tokenizer": tokenizer(turn_end="###")}, "no chat template"),
        ({"config": config(eos_token_id=None, generation={})}, "names an end token"),
        ({}, "learned from chats is not known"),
    ],
)
def test_not_looked(parts: dict[str, object], reason: str) -> None:
    """What is missing is said."""
    assert reason in str(look(NAME, Moment.AFTER, **{"config": config(), "tokenizer": OTHER, **parts}))
