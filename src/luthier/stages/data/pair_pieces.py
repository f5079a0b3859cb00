"""Rows in pieces: what is read, and what is learned; conversations as the chat template writes them."""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from luthier.stages.data.conversations import ASSISTANT
from luthier.stages.data.pair_rows import turns_in
from luthier.stages.data.rendered import Rendered, render


class Piece(NamedTuple):
    """A stretch of a row, and whether it is learned."""

    text: str
    learned: bool


def pieces_of(
    table: pa.Table, template: str, special: Mapping[str, str]
) -> tuple[list[list[Piece] | None], Rendered | None]:
    """Each row in pieces, and what rendering said where a template made them.

    Args:
        table: as `pair_rows.halves` gives it.
        template: chat template for conversations; empty for none, then turns follow each other as they are.
        special: role ("bos", "eos", …) to special token, which the template may write.

    Returns:
        None in place of a row that the template refuses, or in which it changes the assistant's words.
    """
    if "turns" not in table.column_names:
        halves = zip(table["source"].to_pylist(), table["target"].to_pylist(), strict=True)
        return [[Piece(source, False), Piece(target, True)] for source, target in halves], None
    chats = [turns_in(cell) for cell in table["turns"].to_pylist()]
    if not template:
        return [[Piece(turn.text, turn.role == ASSISTANT) for turn in chat] for chat in chats], None
    said = render(template, chats, {f"{role}_token": token for role, token in special.items()})
    answers = [[turn.text for turn in chat if turn.role == ASSISTANT] for chat in chats]
    return [None if text is None else _cut_out(text, own) for text, own in zip(said.texts, answers, strict=True)], said


def _cut_out(text: str, answers: list[str]) -> list[Piece] | None:
    """A rendered chat around the assistant's words; None where the template changed them."""
    pieces, position = [], 0
    for answer in (one.strip() for one in answers):
        start = text.find(answer, position)
        if start < 0:
            return None
        pieces += [Piece(text[position:start], False), Piece(answer, True)]
        position = start + len(answer)
    return [*pieces, Piece(text[position:], False)]
