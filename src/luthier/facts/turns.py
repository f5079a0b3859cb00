"""Marks by which texts show whose turn it is: those of well-known chat templates, and any token in brackets."""

import re
from collections.abc import Sequence

WORDS = (
    *("### Instruction:", "### Response:", "### Human:", "### Assistant:", "### User:", "### Question:", "### Answer:"),
    *("\nHuman:", "\nAssistant:", "\nUSER:", "ASSISTANT:"),
)
"""Marks in plain words, as Alpaca, Vicuna and their like write them."""
_BRACKETED = re.compile(r"<\|[a-zA-Z_]{1,40}\|>|<[a-z]{2,20}_of_[a-z]{2,20}>|\[/?INST\]")
"""Marks in brackets, as ChatML, Llama, Gemma and Mistral write them."""
MOST = 0.9
_BEGINNING = 4_000


def turn_marks(texts: Sequence[str], also: Sequence[str] = ()) -> tuple[str, ...]:
    """Marks that at least nine in ten texts hold, in alphabetical order; of long texts the beginning is looked at.

    Args:
        texts: whole rows, as the model gets them.
        also: further marks to look for, such as tokens that a chat template writes.
    """
    counts: dict[str, int] = {}
    for text in texts:
        text = text[:_BEGINNING]
        held = {mark for mark in (*WORDS, *also) if mark in text} | set(_BRACKETED.findall(text))
        for mark in held:
            counts[mark] = counts.get(mark, 0) + 1
    return tuple(sorted(mark.strip() for mark, count in counts.items() if count >= MOST * len(texts)))


def template_marks(template: str) -> tuple[str, ...]:
    """Tokens in brackets that a chat template writes."""
    return tuple(dict.fromkeys(_BRACKETED.findall(template)))
