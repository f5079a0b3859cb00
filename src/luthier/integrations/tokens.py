"""One row of tokens with its labels, and what a census counts in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from luthier.facts.census import Kind, RowCensus
from luthier.integrations.batches import Batch
from luthier.integrations.ends import Marks
from luthier.integrations.kinds import IGNORED
from luthier.integrations.opened import Row

_WHITE_TAIL = 2
"""Tokens of white space that a chat template may put behind its last end token."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A row of a batch.

    Attributes:
        ids: input ids, padding included.
        padding: per position, whether it is padding.
        hidden: positions that hold a real token which attention does not see.
        labels: per position of the input, or of the target where there is one; empty where labels are not tokens.
        own: the row of the data set; empty where not known.
    """

    ids: tuple[int, ...]
    padding: tuple[bool, ...]
    hidden: int
    labels: tuple[int, ...] = ()
    own: Row = field(default_factory=dict)

    @property
    def real(self) -> list[int]:
        """Ids without padding."""
        return [one for one, pad in zip(self.ids, self.padding, strict=True) if not pad]


TOKEN_KINDS: tuple[Kind, ...] = ("next_token", "masked_token", "tags", "sequence_to_sequence")


def token_rows(batch: Batch, kind: Kind, marks: Marks) -> list[TokenRow]:
    """The rows of a batch; none where it has no two-dimensional `input_ids`."""
    ids = batch.tensors.get("input_ids")
    if ids is None or ids.dim() != 2:
        return []
    mask = batch.tensors.get("attention_mask")
    seen = mask.bool().tolist() if mask is not None and mask.shape == ids.shape else None
    labels = batch.tensors.get("labels")
    listed = labels.tolist() if labels is not None and labels.dim() == 2 and kind in TOKEN_KINDS else None
    made = []
    for number, row in enumerate(ids.tolist()):
        own = batch.rows[number] if batch.rows else {}
        padding = _padding(row, seen[number] if seen else None, own.get("input_ids"), marks)
        hidden = sum(not s and not p for s, p in zip(seen[number], padding, strict=True)) if seen else 0
        made.append(TokenRow(tuple(row), tuple(padding), hidden, tuple(listed[number]) if listed else (), own))
    return made


def _padding(ids: list[int], seen: list[bool] | None, own: Any, marks: Marks) -> list[bool]:
    """Which positions are padding: what the collator put around the row, and in the row what looks and counts as such.

    The row itself is asked first, because a padding token that is also the end token cannot be told by its id.
    """
    around = _around(ids, own)
    inside = [one == marks.pad and (not seen[place] if seen else False) for place, one in enumerate(ids)]
    if around is None and seen is None:
        around = _tail(ids, marks)
    if around is None:
        return inside
    return [outer or inner for outer, inner in zip(around, inside, strict=True)]


def _around(ids: list[int], own: Any) -> list[bool] | None:
    """Positions around the row of the data set; None where it is not found at either side."""
    if not isinstance(own, Sequence | list) or not len(own) or len(own) > len(ids):
        return None
    size, rest = len(own), len(ids) - len(own)
    if ids[:size] == list(own):
        return [False] * size + [True] * rest
    return [True] * rest + [False] * size if ids[rest:] == list(own) else None


def _tail(ids: list[int], marks: Marks) -> list[bool]:
    """A run of padding tokens at the end, where no mask and no row says more and the token has no other meaning."""
    if marks.pad is None or marks.pad in marks.ends:
        return [False] * len(ids)
    size = len(ids)
    while size and ids[size - 1] == marks.pad:
        size -= 1
    return [False] * size + [True] * (len(ids) - size)


def learned(row: TokenRow, kind: Kind) -> list[bool]:
    """Per label position, whether it enters the loss; where the next token is learned, the first label never does."""
    first = 1 if kind == "next_token" else 0
    return [place >= first and label != IGNORED for place, label in enumerate(row.labels)]


def census_of_row(row: TokenRow, kind: Kind, marks: Marks, white: frozenset[int]) -> RowCensus:
    """Count; whether the row was cut is not known here.

    Args:
        row: the row.
        kind: what its labels are.
        marks: ids with a meaning.
        white: ids that stand for white space alone.
    """
    enters = learned(row, kind)
    real = row.real
    bos = 0
    while marks.bos is not None and bos < len(real) and real[bos] == marks.bos:
        bos += 1
    end = _last_target(row, marks) if kind == "sequence_to_sequence" else _last_real(row, white)
    sequence = row.labels if kind == "sequence_to_sequence" else row.ids
    ended = end is not None and kind in ("next_token", "sequence_to_sequence") and sequence[end] in marks.ends
    return RowCensus(
        tokens=len(real),
        supervised=sum(enters),
        bos=bos,
        ends=ended,
        end_supervised=ended and end is not None and bool(enters) and enters[end],
        padding_supervised=_padding_supervised(row, kind, enters, end),
    )


def _last_real(row: TokenRow, white: frozenset[int]) -> int | None:
    """Place of the last real token, white space behind it left out."""
    places = [place for place, pad in enumerate(row.padding) if not pad]
    for _ in range(_WHITE_TAIL):
        if len(places) > 1 and row.ids[places[-1]] in white:
            places.pop()
    return places[-1] if places else None


def _last_target(row: TokenRow, marks: Marks) -> int | None:
    """Place of the last token of the target; where padding looks like the end token, the first of its run counts."""
    places = [place for place, label in enumerate(row.labels) if label != IGNORED]
    while places and row.labels[places[-1]] == marks.pad:
        if marks.pad in marks.ends and (len(places) == 1 or row.labels[places[-2]] != marks.pad):
            break
        places.pop()
    return places[-1] if places else None


def _padding_supervised(row: TokenRow, kind: Kind, enters: list[bool], end: int | None) -> int:
    if kind == "sequence_to_sequence":
        return sum(enters[(-1 if end is None else end) + 1 :])
    return sum(one and pad for one, pad in zip(enters, row.padding, strict=False))


def shown(row: TokenRow, kind: Kind, tokenizer: Any, longest: int = 2_000) -> str:
    """The row decoded, what enters the loss between ⟦ and ⟧; a target stands behind an arrow."""
    if kind == "sequence_to_sequence":
        target = [label for label in row.labels if label != IGNORED and label >= 0]
        return f"{tokenizer.decode(row.real)} → ⟦{tokenizer.decode(target)}⟧"[:longest]
    enters = learned(row, kind) if row.labels else [False] * len(row.ids)
    parts: list[tuple[bool, list[int]]] = []
    for one, pad, inside in zip(row.ids, row.padding, enters, strict=False):
        if pad and not inside:
            continue
        if not parts or parts[-1][0] != inside:
            parts.append((inside, []))
        parts[-1][1].append(one)
    told = (f"⟦{tokenizer.decode(ids)}⟧" if inside else tokenizer.decode(ids) for inside, ids in parts)
    return "".join(told)[:longest]
