"""Lengths of pairs in tokens, and what a limit takes of each side."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from luthier.facts.pairs import LengthFacts
from luthier.stages.data.pair_pieces import Piece
from luthier.stages.data.places import found
from luthier.stages.data.tokens import RowTokenizer, quantiles

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Tokens of each piece, the row of each piece, whether it is learned, and the tokens of its row before it."""

    tokens: Counts
    row: Counts
    learned: npt.NDArray[np.bool_]
    before: Counts
    rows: int

    def per_row(self, tokens: Counts) -> Counts:
        """Sum over the pieces of each row."""
        return np.bincount(self.row, tokens, self.rows).astype(np.int64)


def sizes(rows: list[list[Piece]], tokenizer: RowTokenizer) -> Sizes:
    """Pieces of a row are tokenized apart, so that a border may cost a token."""
    counts = np.array([len(row) for row in rows])
    pieces = [piece for row in rows for piece in row]
    _, starts = tokenizer.ids([piece.text for piece in pieces], None, special=False)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return Sizes(
        tokens=np.diff(starts),
        row=np.repeat(np.arange(len(rows)), counts),
        learned=np.array([piece.learned for piece in pieces], bool),
        before=starts[:-1] - starts[first] if len(first) else starts[:-1],
        rows=len(rows),
    )


def together(
    sizes: Sizes, table: pa.Table, special: int, limit: int | None
) -> tuple[LengthFacts, LengthFacts, LengthFacts]:
    """Whole, source and target in one sequence with one limit: what stands late is cut first.

    Args:
        sizes: the pieces of the rows.
        table: the rows, for their places.
        special: special tokens that the sequence gets besides.
        limit: where it is cut, special tokens included; None for no cut.
    """
    kept = sizes.tokens if limit is None else np.clip(max(limit - special, 0) - sizes.before, 0, sizes.tokens)

    def side(pieces: npt.NDArray[np.bool_], extra: int) -> LengthFacts:
        length, left = (sizes.per_row(np.where(pieces, tokens, 0)) for tokens in (sizes.tokens, kept))
        return _facts(length, left, table, limit, extra)

    return side(np.ones_like(sizes.learned), special), side(~sizes.learned, 0), side(sizes.learned, 0)


def apart(
    sizes: Sizes, table: pa.Table, special: int, limit: int | None, target_limit: int | None
) -> tuple[LengthFacts, LengthFacts]:
    """Source and target as two sequences, each with special tokens and a limit of its own."""

    def side(pieces: npt.NDArray[np.bool_], most: int | None) -> LengthFacts:
        length = sizes.per_row(np.where(pieces, sizes.tokens, 0))
        kept = length if most is None else np.minimum(length, max(most - special, 0))
        return _facts(length, kept, table, most, special)

    return side(~sizes.learned, limit), side(sizes.learned, target_limit)


def _facts(length: Counts, kept: Counts, table: pa.Table, limit: int | None, special: int) -> LengthFacts:
    lost = length - kept
    gone = (kept == 0) & (length > 0)
    total = int(length.sum())
    return LengthFacts(
        rows=len(length),
        quantiles=quantiles(length + special),
        limit=limit,
        cut=int((lost > 0).sum()),
        lost=float(lost.sum() / total) if total else 0.0,
        gone=int(gone.sum()),
        places=found(table, gone if gone.any() else lost > 0).places,
    )
