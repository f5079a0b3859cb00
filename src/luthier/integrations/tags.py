"""Tags on pieces of words: which stand inside a word, which on tokens that are no word at all."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from luthier.integrations.kinds import IGNORED
from luthier.integrations.opened import base_of
from luthier.integrations.tokens import TokenRow

_CONTINUES = "##"
_BEGINS = ("Ġ", "▁")
_FRAME = ("cls", "sep", "bos", "eos")


def begins_inside(rows: Iterable[TokenRow], model: Any, tokenizer: Any) -> int | None:
    """Positions inside a word whose tag begins an entity, by the label names of the config.

    Returns:
        None where no label name begins with "B-", or the tokenizer's pieces do not show where words begin.
    """
    found = _found(rows, model, tokenizer)
    return None if found is None else sum(1 for _ in found)


def begins_again(rows: Iterable[TokenRow], model: Any, tokenizer: Any) -> int | None:
    """Of these positions, those whose piece before carries the same tag: a word's tag, copied to all of its pieces."""
    found = _found(rows, model, tokenizer)
    return None if found is None else sum(before == label for before, label in found)


def _found(rows: Iterable[TokenRow], model: Any, tokenizer: Any) -> Iterator[tuple[int, int]] | None:
    """Tag of the piece before and own tag, of each piece inside a word whose tag begins an entity."""
    names = getattr(getattr(base_of(model), "config", None), "id2label", None) or {}
    first = {number for number, name in names.items() if str(name).startswith("B-")}
    inside = _inside(tokenizer) if first and tokenizer is not None else None
    if inside is None:
        return None
    return (
        (before, label)
        for row in rows
        for (before, label), one in zip(pairwise((IGNORED, *row.labels)), row.ids, strict=True)
        if label in first and one in inside
    )


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
    known = getattr(getattr(base_of(model), "config", None), "id2label", None) or {}
    names = {int(number): str(name) for number, name in known.items()}
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
