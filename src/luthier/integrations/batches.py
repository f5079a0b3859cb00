"""Real collated batches of a trainer that nobody has started, taken without moving anything in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch

from luthier.errors import ModelError
from luthier.integrations.opened import Opened, Row, made_by
from luthier.models.foreign import translated
from luthier.stages.trial.subject import evenly

MOST_ROWS = 64
"""Rows that a census looks at: enough to see what happens to one row in twenty in 96 of 100 cases (1 - 0.95^64)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A collated batch.

    Attributes:
        tensors: name to tensor.
        rows: the rows of the data set that it was made of, with all columns, in order; empty where a row of the batch
            is not a row of the data set.
    """

    tensors: dict[str, torch.Tensor]
    rows: tuple[Row, ...]


def take(opened: Opened, batches: int) -> list[Batch]:
    """Collate a few batches of rows that lie evenly spread over the data set.

    The rows are handed to the trainer's own collator in one process; its sampler is not asked, so that the order of
    training stays what it was.

    Raises:
        ModelError: there are no rows, they come as a stream that may be read only once, or the collator raises.
    """
    if opened.rows is None:
        raise ModelError("there are no training rows", where="train_dataset", next_step="pass a train_dataset")
    size = max(1, int(getattr(opened.args, "per_device_train_batch_size", 8)))
    with translated("the first batch cannot be made", "train_dataset", "training would stop at its first step"):
        given, collate = opened.prepare()
        wanted = min(MOST_ROWS, max(1, batches) * size)
        pairs = _spread(opened, given, wanted) if hasattr(given, "__len__") else _streamed(given, wanted)
        return [_collated(pairs[start : start + size], collate) for start in range(0, len(pairs), size)]


def _spread(opened: Opened, given: Any, wanted: int) -> list[tuple[Any, Row]]:
    """Rows as the collator gets them, and the same rows with all columns."""
    whole = opened.rows if len(opened.rows) == len(given) else given
    return [(given[place], _mapping(whole[place])) for place in evenly(len(given), wanted).tolist()]


def _streamed(given: Any, wanted: int) -> list[tuple[Any, Row]]:
    """The first rows of a stream of the datasets library, which begins anew each time; others may not."""
    if not made_by(given, "datasets"):
        raise ModelError(
            "the rows come as a stream that may be read only once, so that none was taken",
            where="train_dataset",
            next_step="check with a data set that has a length",
        )
    return [(row, _mapping(row)) for row in islice(iter(given), wanted)]


def _mapping(row: Any) -> Row:
    return row if isinstance(row, Mapping) else {}


def _collated(pairs: list[tuple[Any, Row]], collate: Callable[[list[Any]], Any]) -> Batch:
    made = collate([given for given, _ in pairs])
    named = {str(name): value for name, value in made.items() if isinstance(value, torch.Tensor)}
    first = named.get("input_ids")
    aligned = first is None or first.shape[0] == len(pairs)
    return Batch(named, tuple(row for _, row in pairs) if aligned else ())
