"""Which token belongs to which turn."""

from typing import Any

import pytest

from luthier.integrations.roles import roles_of
from luthier.integrations.scenery import words

TURNS = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "When was the tower built?"},
    {"role": "assistant", "content": "In 1931."},
    {"role": "user", "content": "By whom?"},
    {"role": "assistant", "content": "Ada Novak built it."},
]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """A byte-level tokenizer with a chat template."""
    return words.byte_pairs([turn["content"] for turn in TURNS], template=words.MARKED)


def said(tokenizer: Any, ids: list[int], roles: list[str] | None, role: str) -> str:
    """The tokens of a role, decoded."""
    assert roles is not None
    return str(tokenizer.decode([one for one, name in zip(ids, roles, strict=True) if name == role]))


def rendered(tokenizer: Any, turns: list[dict[str, str]]) -> list[int]:
    """Ids of a conversation."""
    return list(tokenizer.apply_chat_template(turns, tokenize=True, return_dict=True)["input_ids"])


def test_conversation(tokenizer: Any) -> None:
    """Each turn's words go to its role, the end of an assistant's turn to the assistant, the rest to the template."""
    ids = rendered(tokenizer, TURNS)
    roles = roles_of({"messages": TURNS}, ids, tokenizer)

    assert said(tokenizer, ids, roles, "system") == "Be brief."
    assert said(tokenizer, ids, roles, "user") == "When was the tower built?By whom?"
    assert said(tokenizer, ids, roles, "assistant") == f"In 1931.{words.END}Ada Novak built it.{words.END}"
    assert said(tokenizer, ids, roles, "template").startswith(f"{words.START}{words.TURN}system\n{words.END}")


def test_cut_rows(tokenizer: Any) -> None:
    """Rows that were cut at either end keep their roles."""
    ids = rendered(tokenizer, TURNS)
    whole = roles_of({"messages": TURNS}, ids, tokenizer)

    assert whole is not None
    assert roles_of({"messages": TURNS}, ids[:20], tokenizer) == whole[:20]
    assert roles_of({"messages": TURNS}, ids[-20:], tokenizer) == whole[-20:]


def test_repeated_words(tokenizer: Any) -> None:
    """A turn that repeats an earlier one is found at its own place."""
    turns = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello"}]
    ids = rendered(tokenizer, turns)
    roles = roles_of({"messages": turns}, ids, tokenizer)

    assert said(tokenizer, ids, roles, "user") == "Hello"
    assert said(tokenizer, ids, roles, "assistant") == f"Hello{words.END}"


def test_prompt_and_completion(tokenizer: Any) -> None:
    """Plain prompts and completions are told apart, with a BOS before and an end token behind."""
    ids = [*tokenizer("When was it built? In 1931.")["input_ids"], tokenizer.eos_token_id]
    roles = roles_of({"prompt": "When was it built?", "completion": " In 1931."}, ids, tokenizer)

    assert said(tokenizer, ids, roles, "prompt") == "When was it built?"
    assert said(tokenizer, ids, roles, "completion") == f" In 1931.{words.END}"


def test_prompt_of_turns(tokenizer: Any) -> None:
    """A prompt and a completion made of turns are one conversation."""
    ids = rendered(tokenizer, TURNS)
    row = {"prompt": TURNS[:-1], "completion": TURNS[-1:]}

    assert roles_of(row, ids, tokenizer) == roles_of({"messages": TURNS}, ids, tokenizer)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"text": "plain"},
        {"messages": "a"},
        {"messages": []},
        {"messages": [{"content": "no role"}]},
        {"prompt": "a"},
    ],
)
def test_rows_without_turns(row: dict[str, Any], tokenizer: Any) -> None:
    """Rows that are no conversations have no roles."""
    assert roles_of(row, [1, 2, 3], tokenizer) is None


def test_other_ids(tokenizer: Any) -> None:
    """Where the ids are not those of the row, nothing is claimed."""
    assert roles_of({"messages": TURNS}, [5, 6, 7, 8, 9], tokenizer) is None


def test_a_template_that_refuses(tokenizer: Any) -> None:
    """A template that raises gives no roles."""
    refusing = words.byte_pairs(["a"], template="{{ raise_exception('never') }}")

    assert roles_of({"messages": TURNS}, [1, 2], refusing) is None


def test_slow_tokenizers() -> None:
    """Without offsets nothing can be laid over."""
    assert roles_of({"messages": TURNS}, [1, 2], object()) is None
