"""What a task file must hold.

A task is a module `tasks/<task>.py`. The loop and the stages know no task by name; they know these functions:

- `ROLES`: what the task reads from a table, role to the column names that people use for it, best first;
- `encode(table, tokenizer, plan, classes) -> Encoded`: rows to token ids and targets;
- `build(folder, plan, classes) -> model`: a pretrained model with the head that the task needs;
- `loss(logits, targets, plan, weights) -> Tensor`: mean loss of a batch;
- `decode(logits) -> array`: logits to probabilities.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from torch import Tensor

from luthier.errors import RegistryError
from luthier.facts.plan import Plan
from luthier.models.load import Classifier
from luthier.models.tokenizer import TextTokenizer

Classes = Sequence[str]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Rows as token ids, ragged and flat: a million rows are three arrays, not a million lists.

    Attributes:
        ids: token ids of all rows, one after the other, shape (tokens,).
        offsets: where each row starts; row i is ids[offsets[i]:offsets[i + 1]]; shape (rows + 1,).
        targets: what the loss compares with, shape (rows,).
        max_tokens: where rows were cut; none is longer.
    """

    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    max_tokens: int

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Tokens of each row, shape (rows,)."""
        return np.diff(self.offsets)

    def take(self, rows: npt.NDArray[np.int64]) -> "Encoded":
        """The rows at these positions, in this order."""
        kept = [self.row(int(row)) for row in rows]
        offsets = np.concatenate([[0], np.cumsum(self.lengths[rows])]).astype(np.int64)
        return Encoded(np.concatenate(kept) if kept else self.ids[:0], offsets, self.targets[rows], self.max_tokens)

    def row(self, index: int) -> npt.NDArray[np.int32]:
        """Token ids of one row."""
        return self.ids[self.offsets[index] : self.offsets[index + 1]]


Encode = Callable[[pa.Table, TextTokenizer, Plan, Classes], Encoded]
Build = Callable[[Path, Plan, Classes], Classifier]
Loss = Callable[[Tensor, Tensor, Plan, Tensor | None], Tensor]
Decode = Callable[[Tensor], npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Task:
    """A task, as the stages see it; the fields are the functions of its module."""

    id: str
    roles: Mapping[str, tuple[str, ...]]
    encode: Encode
    build: Build
    loss: Loss
    decode: Decode


def load(_: str, name: str, module: ModuleType) -> Task:
    """Turn a module into a `Task`.

    Raises:
        RegistryError: a part is missing.
    """
    wanted = ("ROLES", "encode", "build", "loss", "decode")
    missing = [part for part in wanted if not hasattr(module, part)]
    if missing:
        raise RegistryError(f"task {name} has no {', '.join(missing)}", where=str(module.__file__))
    return Task(
        id=name,
        roles=cast(Mapping[str, tuple[str, ...]], module.ROLES),
        encode=cast(Encode, module.encode),
        build=cast(Build, module.build),
        loss=cast(Loss, module.loss),
        decode=cast(Decode, module.decode),
    )
