"""Batches of one epoch, prepared here or in worker processes; the same batches either way."""

import signal
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch.utils.data import DataLoader, Dataset

from luthier.errors import RunError
from luthier.tasks._batches import Batch, Rows, WordDropout, collate
from luthier.tasks._contract import Encoded


@dataclass(frozen=True, slots=True)
class _Epoch(Dataset[Batch]):
    encoded: Encoded
    batches: list[Rows]
    pad_id: int
    epoch: int
    word_dropout: WordDropout | None

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> Batch:
        return collate(self.encoded, self.batches[index], self.pad_id, epoch=self.epoch, word_dropout=self.word_dropout)


def load_batches(
    encoded: Encoded,
    batches: list[Rows],
    pad_id: int,
    *,
    epoch: int,
    workers: int,
    word_dropout: WordDropout | None,
) -> Iterator[Batch]:
    """Collate the batches in order.

    Args:
        encoded: the split.
        batches: rows of each batch; leave out the ones already trained on to resume within an epoch.
        pad_id: id of the padding token.
        epoch: number of the pass, for augmentation.
        workers: processes; 0 prepares in this one.
        word_dropout: augmentation, or None.

    Raises:
        RunError: while iterating, where a worker died.
    """
    source = _Epoch(encoded, batches, pad_id, epoch, word_dropout)
    if workers == 0:
        return (source[i] for i in range(len(source)))
    return _from_workers(source, workers)


def _from_workers(source: _Epoch, workers: int) -> Iterator[Batch]:
    # A generator of its own: the loader must not draw from the default one, whose state training owns.
    own = torch.Generator().manual_seed(0)
    loader = DataLoader(source, batch_size=None, num_workers=workers, generator=own, worker_init_fn=_deaf)
    try:
        yield from loader
    except RuntimeError as error:
        if "DataLoader worker" not in str(error):
            raise
        raise RunError(
            f"a process that prepares batches died: {error}",
            where="train.workers",
            next_step="look for a lack of memory; go on with luthier fit --resume",
        ) from error


def _deaf(_: int) -> None:
    """Ctrl-C reaches every process of a terminal; the training process alone decides when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
