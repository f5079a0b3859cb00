"""Tags on pieces of words: which stand inside a word, which on tokens that are no word at all."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from luthier.integrations.kinds import IGNORED
from luthier.integrations.opened import base_of
from luthier.integrations.tokens import TokenRow

_CONTINUES = "##"
_BEGINS = ("Ġ", "▁")
_FRAME = ("cls", "sep", "bos", "eos")


def begins_inside(rows: Iterable[TokenRow], model: Any, tokenizer: Any) -> tuple[int, int] | None:
    """Positions inside a word whose tag begins an entity, by the label names of the config; and of these, those whose
    piece before carries the same tag: a word's tag, copied to all of its pieces.

    Returns:
        None where no label name begins with "B-", or the tokenizer's pieces do not show where words begin.
    """
    first = {number for number, name in _names(model).items() if name.startswith("B-")}
    inside = _inside(tokenizer) if first and tokenizer is not None else None
    if inside is None:
        return None
    found = [
        before == label
        for row in rows
        for (before, label), one in zip(pairwise((IGNORED, *row.labels)), row.ids, strict=True)
        if label in first and one in inside
    ]
    return len(found), sum(found)


def _names(model: Any) -> dict[int, str]:
    known = getattr(getattr(base_of(model), "config", None), "id2label", None) or {}
    return {int(number): str(name) for number, name in known.items()}


def _inside(tokenizer: Any) -> frozenset[int] | None:
    """Ids of pieces that go on with a word; None where pieces carry no marks."""
    vocabulary = dict(tokenizer.get_vocab())
    if any(piece.startswith(_CONTINUES) for piece in vocabulary):
        return frozenset(number for piece, number in vocabulary.items() if piece.startswith(_CONTINUES))
    if any(piece.startswith(_BEGINS) for piece in vocabulary):
        return frozenset(number for piece, number in vocabulary.items() if piece[:1].isalnum())
    return None


def entities(rows: Iterable[TokenRow], model: Any) -> tuple[int, int] | None:
    """Entities in the tags, and of these the ones whose first tag is "I-…", by the label names of the config.

    Returns:
        None where no label name begins with "B-": then tags do not say where an entity begins.
    """
    names = _names(model)
    if not any(name.startswith("B-") for name in names.values()):
        return None
    begun = unopened = 0
    for row in rows:
        tags = [names.get(label, "O") for label in row.labels if label != IGNORED]
        for before, tag in pairwise(("O", *tags)):
            inside = tag.startswith("I-")
            opens = inside and before not in (tag, f"B-{tag[2:]}")
            begun += opens or tag.startswith("B-")
            unopened += opens
    return begun, unopened


def special_supervised(rows: Iterable[TokenRow], tokenizer: Any) -> int:
    """Tokens that frame a text, such as [CLS] and [SEP], and carry a tag; padding is not counted."""
    special = {getattr(tokenizer, f"{role}_token_id", None) for role in _FRAME}
    return sum(
        label != IGNORED and one in special and not pad
        for row in rows
        for one, label, pad in zip(row.ids, row.labels, row.padding, strict=True)
    )
