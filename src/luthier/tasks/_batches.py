"""Rows to batches: which rows go together, and the tensors that a model reads."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from luthier.tasks._contract import Encoded

Rows = npt.NDArray[np.int64]

_POOL = 64
"""Batches sorted by length together. SMS spam, 8 rows a batch, in MiniLM's tokens: 209 a batch, padding counted, of
which 201 are real; 202 when the whole epoch is sorted, 425 when rows are drawn at random (our count)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a model reads at once.

    Attributes:
        rows: positions of the rows in the encoded split, shape (batch,).
        ids: token ids, padded, (batch, tokens) int64.
        mask: 1 for real tokens, (batch, tokens) int64.
        targets: (batch,) int64.
        tokens: real tokens in the batch.
    """

    rows: Rows
    ids: Tensor
    mask: Tensor
    targets: Tensor
    tokens: int


class Feed(Protocol):
    """Puts what a frozen part would compute for a batch where the model reads it, before a forward pass."""

    def __call__(self, batch: Batch) -> None:
        """Called with the batch that the model is about to read."""
        ...


@dataclass(frozen=True, slots=True)
class WordDropout:
    """Tokens replaced by the mask token, drawn anew for every (seed, epoch, row): a resumed run draws the same.

    Attributes:
        share: of the tokens that are not special, 0 to 1.
        mask_id: what they are replaced by.
        special: ids that are left alone.
        seed: the plan's.
    """

    share: float
    mask_id: int
    special: tuple[int, ...]
    seed: int

    def __call__(self, ids: npt.NDArray[np.int32], epoch: int, row: int) -> npt.NDArray[np.int32]:
        """Token ids of one row with some of them masked."""
        chance = np.random.default_rng((self.seed, epoch, row)).random(len(ids))
        return np.where((chance < self.share) & ~np.isin(ids, self.special), np.int32(self.mask_id), ids)


def shuffled_batches(lengths: Rows, batch_size: int, seed: int, epoch: int) -> list[Rows]:
    """Batches of rows of like lengths in random order; a pure function of its arguments.

    Rows are shuffled, sorted by length within pools of 64 batches, cut, and the batches are shuffled again.
    """
    random = np.random.default_rng((seed, epoch))
    order = random.permutation(len(lengths))
    pool = batch_size * _POOL
    batches: list[Rows] = []
    for start in range(0, len(order), pool):
        chunk = order[start : start + pool]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        batches += [chunk[i : i + batch_size] for i in range(0, len(chunk), batch_size)]
    return [batches[i] for i in random.permutation(len(batches))]


def sorted_batches(lengths: Rows, tokens_per_batch: int) -> list[Rows]:
    """Batches for prediction: longest first, each holding about as many tokens, so that memory peaks at once.

    All batches of one padded length have as many rows: buffers of few sizes are used again, where one of every size
    leaves holes in memory (MiniLM-L6, frozen pass over R8: at most 884 MB resident against 1,356, and 36 s against 41).
    """
    order = np.argsort(-lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        longest = int(lengths[order[start]])
        size = max(1, tokens_per_batch // max(1, padded_length(longest, 2 * longest)))
        batches.append(order[start : start + size])
        start += size
    return batches


def padded_length(longest: int, at_most: int) -> int:
    """Tokens to pad a batch to: a multiple of 4 up to 32, of 8 up to 64, of 16 up to 128, and so on.

    The matrix library compiles kernels for every new shape and keeps about a thousand. With a shape for every length it
    compiles without end: MiniLM-L6 on SMS spam took 111 ms a step, and 85 to 89 ms with rounded lengths. Steps half as
    wide are no faster and their kernels take 150 MB more (peak 1,350 MB against 1,206; top layers on R8, 1,111 against
    952).

    Args:
        longest: tokens of the longest row of the batch.
        at_most: where rows are cut; a model may have no positions beyond.
    """
    step = max(4, 1 << max(0, (longest - 1).bit_length() - 3))
    return max(longest, min(-(-longest // step) * step, at_most))


def collate(
    encoded: Encoded, rows: Rows, pad_id: int, *, epoch: int = 0, word_dropout: WordDropout | None = None
) -> Batch:
    """Pad rows to the longest of them."""
    texts = [encoded.row(int(row)) for row in rows]
    if word_dropout is not None:
        texts = [word_dropout(ids, epoch, int(row)) for ids, row in zip(texts, rows, strict=True)]
    lengths = np.array([len(ids) for ids in texts])
    ids = np.full((len(rows), padded_length(int(lengths.max()), encoded.max_tokens)), pad_id, dtype=np.int64)
    for i, text in enumerate(texts):
        ids[i, : len(text)] = text
    mask = np.arange(ids.shape[1])[None, :] < lengths[:, None]
    return Batch(
        rows=rows,
        ids=torch.from_numpy(ids),
        mask=torch.from_numpy(mask.astype(np.int64)),
        targets=torch.from_numpy(encoded.targets[rows]),
        tokens=int(lengths.sum()),
    )
