"""Turns, however a tool writes them."""

import pytest

from luthier.stages.data.conversations import Turn, nested, turns_of

CHAT = (Turn("user", "Hi"), Turn("assistant", "Hello"))


@pytest.mark.parametrize(
    "value",
    [
        [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
        [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}],
        '[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]',
        [
            {"role": "user", "content": [{"type": "text", "text": "H"}, {"type": "image"}, "i"]},
            {"role": "assistant", "content": "Hello"},
        ],
    ],
)
def test_forms(value: object) -> None:
    """OpenAI, ShareGPT, JSON in a cell, and content in parts."""
    assert turns_of(value) == CHAT


def test_unknown_roles_stay() -> None:
    """A role that no tool knows is told as it is written."""
    turns = turns_of([{"role": "User", "content": "Hi"}, {"from": "bot", "value": "Hello"}])

    assert turns is not None
    assert [turn.role for turn in turns] == ["User", "bot"]


def test_a_call_of_a_tool_is_said() -> None:
    """A turn without words that calls a tool is not empty; without either it is."""
    turns = turns_of([{"role": "assistant", "content": None, "tool_calls": [{"name": "now"}]}, {"role": "assistant"}])

    assert turns == (Turn("assistant", '[{"name": "now"}]'), Turn("assistant", ""))


@pytest.mark.parametrize(
    "value", [None, "", "Hi", 3, {"role": "user"}, ["Hi"], [{"content": "Hi"}], "[{'role': 'user'}]"]
)
def test_no_conversation(value: object) -> None:
    """Anything else is none."""
    assert turns_of(value) is None


def test_nested() -> None:
    """JSON in a cell is read, and a text that only begins like it stays a text."""
    assert nested('{"en": "Hi"}') == {"en": "Hi"}
    assert nested("[sic] he said") == "[sic] he said"
    assert nested(None) is None
