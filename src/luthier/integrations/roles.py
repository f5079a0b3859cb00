"""Who said which token: rows of conversations, or of a prompt and its completion, laid over the ids made of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from luthier.errors import ModelError
from luthier.integrations.opened import Row
from luthier.models.foreign import translated

Span = tuple[int, int, str]


def roles_of(own: Row, ids: Sequence[int], tokenizer: Any) -> list[str] | None:
    """A role per token of a row.

    The row is rendered and tokenized again and each token goes to the turn in which it begins; what belongs to none is
    "template". The token that ends an assistant's turn counts as the assistant's. Rows that were cut at either end are
    found as long as what is left agrees.

    Args:
        own: the row of the data set, with `messages`, or `prompt` and `completion`.
        ids: its ids without padding.
        tokenizer: a fast tokenizer.

    Returns:
        "system", "user", "assistant", "prompt", "completion" or "template" per id (other names as the row has them);
        None where the row has no such columns, or its ids are not those that the tokenizer makes of it.
    """
    if not getattr(tokenizer, "is_fast", False):
        return None
    try:
        with translated("the row cannot be rendered", "train_dataset", "look at the chat template"):
            rendered = _rendered(own, tokenizer)
            if rendered is None:
                return None
            text, spans = rendered
            return _laid_over(text, spans, list(ids), tokenizer)
    except ModelError:
        return None


def _rendered(own: Row, tokenizer: Any) -> tuple[str, list[Span]] | None:
    """The text of a row and its turns as (first character, character behind the last, role)."""
    prompt, completion = own.get("prompt"), own.get("completion")
    if isinstance(prompt, str) and isinstance(completion, str):
        text = prompt + completion
        return text, [(0, len(prompt), "prompt"), (len(prompt), len(text), "completion")]
    messages = own.get("messages")
    if _is_turns(prompt) and _is_turns(completion):
        messages = [*prompt, *completion]  # type: ignore[misc]
    if not _is_turns(messages):
        return None
    text = tokenizer.apply_chat_template(list(messages), tokenize=False, tools=own.get("tools"))  # type: ignore[arg-type]
    return text, _turns(text, messages, tokenizer)  # type: ignore[arg-type]


def _is_turns(value: object) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(turn, Mapping) and "role" in turn for turn in value)
    )


def _turns(text: str, messages: Sequence[Mapping[str, Any]], tokenizer: Any) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for turn in messages:
        content = str(turn.get("content") or "").strip()
        found = text.find(content, start) if content else -1
        if found < 0:
            continue
        stop = found + len(content)
        if turn["role"] == "assistant":
            stop = behind_end(text, stop, tokenizer)
        spans.append((found, stop, str(turn["role"])))
        start = stop
    return spans


def behind_end(text: str, stop: int, tokenizer: Any) -> int:
    """Behind the special token that follows an assistant's words, white space before it allowed."""
    rest = text[stop:]
    lead = len(rest) - len(rest.lstrip())
    special = [str(one) for one in tokenizer.all_special_tokens]
    special += [str(one) for one in getattr(tokenizer, "added_tokens_encoder", {})]
    longest = max((len(one) for one in special if rest[lead:].startswith(one)), default=0)
    return stop + lead + longest if longest else stop


def _laid_over(text: str, spans: list[Span], ids: list[int], tokenizer: Any) -> list[str] | None:
    for add_special in (False, True):
        encoded = tokenizer(text, add_special_tokens=add_special, return_offsets_mapping=True, truncation=False)
        whole, offsets = list(encoded["input_ids"]), list(encoded["offset_mapping"])
        roles = [_role(begin, end, spans) for begin, end in offsets]
        shared = _agree(whole, ids)
        if shared == len(ids):
            return roles[: len(ids)]
        if ids and whole[-len(ids) :] == ids:
            return roles[-len(ids) :]
        if shared == len(whole) == len(ids) - 1:  # an end token was put behind
            return [*roles, roles[-1] if roles[-1] in ("assistant", "completion") else "template"]
    return None


def _agree(one: list[int], other: list[int]) -> int:
    """Length of the common beginning."""
    size = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        size += 1
    return size


def _role(begin: int, end: int, spans: list[Span]) -> str:
    if begin == end:
        return "template"
    middle = (begin + end) / 2
    return next((role for first, last, role in spans if first <= middle < last), "template")
