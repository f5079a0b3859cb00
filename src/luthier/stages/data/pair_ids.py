"""Pairs id by id, as training encodes them: end tokens, BOS tokens, response markers."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from luthier.stages.data.pair_pieces import Piece
from luthier.stages.data.tokens import RowTokenizer

Ids = npt.NDArray[np.int32]


class Seen(NamedTuple):
    """Shares of rows; see `PairFacts`."""

    ends: float | None
    two_bos: float | None
    marker_found: float | None
    marker_written: float | None


def look(rows: list[list[Piece]], tokenizer: RowTokenizer, *, chat: bool, apart: bool, marker: str) -> Seen:
    """Encode rows and look.

    Args:
        rows: in pieces, at least one.
        tokenizer: the model's.
        chat: whether rows are rendered chats, which are encoded as they are; anything else gets special tokens.
        apart: whether the target is a sequence of its own.
        marker: response marker to look for; empty for none.
    """
    texts = ["".join(piece.text for piece in row) for row in rows]
    encoded = _each(tokenizer, texts, special=not chat)
    bos = tokenizer.special.get("bos")
    two_bos = None if bos is None else _share([len(ids) > 1 and ids[0] == ids[1] == bos for ids in encoded])
    found = written = None
    if marker:
        (wanted,) = _each(tokenizer, [marker], special=False)
        found = _share([_holds(ids, wanted) for ids in encoded])
        written = _share([marker in text for text in texts])
    if chat:
        return Seen(_ends_of_chats(rows, tokenizer), two_bos, found, written)
    if apart:
        targets = ["".join(piece.text for piece in row if piece.learned) for row in rows]
        encoded = _each(tokenizer, targets, special=True)
    return Seen(_ends(encoded, tokenizer.special.get("eos")), two_bos, found, written)


def _ends(encoded: list[Ids], end: int | None) -> float | None:
    return None if end is None else _share([bool(len(ids)) and ids[-1] == end for ids in encoded])


def _ends_of_chats(rows: list[list[Piece]], tokenizer: RowTokenizer) -> float | None:
    """Share of chats in which a special token stands right behind the assistant's last words: <|im_end|> is no EOS."""
    end = tokenizer.special.get("eos")
    tails = [row[-1].text.lstrip() for row in rows if any(piece.learned for piece in row)]
    if end is None or not tails:
        return None
    ends = set(tokenizer.special_ids) - {tokenizer.special.get("bos")} | {end}
    return _share([bool(len(ids)) and int(ids[0]) in ends for ids in _each(tokenizer, tails, special=False)])


def _each(tokenizer: RowTokenizer, texts: list[str], *, special: bool) -> list[Ids]:
    flat, starts = tokenizer.ids(texts, None, special=special)
    return np.split(flat, starts[1:-1])


def _holds(ids: Ids, wanted: Ids) -> bool:
    if not 0 < len(wanted) <= len(ids):
        return False
    return bool((np.lib.stride_tricks.sliding_window_view(ids, len(wanted)) == wanted).all(axis=1).any())


def _share(values: list[bool]) -> float:
    return sum(map(bool, values)) / len(values)
