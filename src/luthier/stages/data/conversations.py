"""Turns of a conversation, from the ways in which tools write them."""

import json
from typing import Any, NamedTuple

import msgspec

ASSISTANT = "assistant"

_MEANT = {"human": "user", "gpt": ASSISTANT}
_PARTS = frozenset({"text", "content", "value"})


class Turn(NamedTuple):
    """Who says what."""

    role: str
    text: str


def nested(cell: Any) -> Any:
    """What stands in a cell: lists and objects that a format left as JSON are read; anything else stays as it is."""
    if not isinstance(cell, str) or cell[:1] not in "[{" or not cell:
        return cell
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, RecursionError):
        return cell


def turns_of(value: Any) -> tuple[Turn, ...] | None:
    """The turns of a conversation; None where the value is none.

    Read are lists of `role` and `content` (OpenAI, ChatML, TRL) and of `from` and `value` (ShareGPT, whose `human` and
    `gpt` become `user` and `assistant`). Role names of which these tools know nothing stay as they are. Content may be
    a list of parts, of which the text is taken; a call of a tool without words is told as JSON.
    """
    value = nested(value)
    if not isinstance(value, list):
        return None
    turns = []
    for item in value:
        if not isinstance(item, dict):
            return None
        if "role" in item:
            role, said = item["role"], item.get("content")
        elif "from" in item:
            role, said = _MEANT.get(str(item["from"]), item["from"]), item.get("value")
        else:
            return None
        turns.append(Turn(str(role), said if isinstance(said, str) else _text(said, item)))
    return tuple(turns)


def _text(said: Any, item: dict[str, Any]) -> str:
    if isinstance(said, list):
        return "".join(_part(one) for one in said)
    if said is None:
        calls = item.get("tool_calls") or item.get("function_call")
        return json.dumps(calls, ensure_ascii=False) if calls else ""
    return json.dumps(said, ensure_ascii=False)


def _part(part: Any) -> str:
    if isinstance(part, dict):
        return next((part[name] for name in part if name in _PARTS and isinstance(part[name], str)), "")
    return part if isinstance(part, str) else ""
