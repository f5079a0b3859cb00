"""Train only the rows of the embedding table that the data can reach.

Half of MiniLM's weights are word embeddings, and a data set of short texts uses a small part of them. The rows that no
text uses have a gradient of zero, so AdamW leaves them alone but for weight decay; the gradient buffer, its norm and
the optimiser still walk over all of them at every step. `compact` trains a table of the used rows, and `expanded`
writes it back. The result is that of training the whole table (a test compares both). One extra row that starts at one
and has no gradient keeps the account of the decay, by which the rows that were left out are then multiplied.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from transformers import PreTrainedModel

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which rows of the full table the compact one holds.

    Attributes:
        used: token ids in ascending order, shape (k,); row i of the compact table is row used[i] of the full one.
        full: the full table, untouched while the compact one trains.
    """

    used: Ids
    full: nn.Embedding

    def to_compact(self, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Token ids as row numbers of the compact table; every id must be in `used`."""
        return np.searchsorted(self.used, ids).astype(np.int32)


def compact(model: PreTrainedModel, used: Ids) -> Vocabulary:
    """Replace the word embeddings of a model by the rows in use, plus the row that counts decay.

    The rows up to that of padding are kept too, so that padding keeps its number: RoBERTa-like models count positions
    by it.

    Args:
        model: changed in place.
        used: distinct token ids in ascending order, those of padding and mask included.
    """
    full = model.get_input_embeddings()
    if full.padding_idx is not None:
        used = np.union1d(used, np.arange(full.padding_idx + 1))
    small = nn.Embedding(len(used) + 1, full.embedding_dim)
    with torch.no_grad():
        small.weight[:-1] = full.weight[torch.from_numpy(used)]
        small.weight[-1] = 1.0
    small.weight.requires_grad_(full.weight.requires_grad)
    model.set_input_embeddings(small)
    return Vocabulary(used, full)


@contextmanager
def expanded(model: PreTrainedModel, vocabulary: Vocabulary | None) -> Iterator[PreTrainedModel]:
    """The model with its full table, for as long as the block lasts: rows in use as trained, the others decayed."""
    if vocabulary is None:
        yield model
        return
    small = model.get_input_embeddings()
    rows, width = vocabulary.full.weight.shape
    table = nn.Embedding(rows, width, padding_idx=vocabulary.full.padding_idx)
    with torch.no_grad():
        torch.mul(vocabulary.full.weight, small.weight[-1], out=table.weight)
        table.weight[torch.from_numpy(vocabulary.used)] = small.weight[:-1]
    model.set_input_embeddings(table)
    try:
        yield model
    finally:
        model.set_input_embeddings(small)
