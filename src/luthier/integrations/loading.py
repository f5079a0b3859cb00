"""How a trainer goes through all its rows: in which order, and how long they are."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow.compute as pc
from torch.utils.data import RandomSampler, SequentialSampler

from luthier.integrations.opened import columns_of

MOST_ROWS = 100_000
"""Rows whose length is taken; a second for a data set of the datasets library."""
_PLAIN_ROWS = 10_000
"""Likewise where each row is made when it is asked for."""
_CHUNK = 10_000
_PERCENT = (50, 95, 100)


def in_order(loader: Any) -> bool | None:
    """Whether a loader takes the rows as they stand, each epoch alike; None for samplers of other kinds and streams."""
    # with a batch sampler of its own, a loader says "sequential" of the sampler that it does not use
    own = getattr(loader, "sampler", None)
    sampler = getattr(getattr(loader, "batch_sampler", None), "sampler", own)
    if isinstance(sampler, RandomSampler):
        return False
    return True if isinstance(sampler, SequentialSampler) and hasattr(loader.dataset, "__len__") else None


def row_tokens(rows: Any) -> dict[int, int]:
    """Percent (50, 95, 100) to input tokens, of the first 100,000 rows as the collator gets them; empty where they are
    a stream or hold no ids.
    """
    lengths = list(_lengths(rows)) if hasattr(rows, "__len__") and hasattr(rows, "__getitem__") else []
    if not lengths:
        return {}
    points = np.percentile(lengths, _PERCENT, method="higher").astype(int).tolist()
    return dict(zip(_PERCENT, points, strict=True))


def _lengths(rows: Any) -> Iterator[int]:
    if "input_ids" not in columns_of(rows):
        return iter(())
    if hasattr(rows, "with_format") and getattr(rows, "format", {}).get("type") != "custom":
        return _of_table(rows.with_format("arrow", columns=["input_ids"]))
    values = (rows[place]["input_ids"] for place in range(min(len(rows), _PLAIN_ROWS)))
    return (len(value) for value in values if hasattr(value, "__len__"))


def _of_table(rows: Any) -> Iterator[int]:
    count = min(len(rows), MOST_ROWS)
    for start in range(0, count, _CHUNK):
        ids = rows[start : min(start + _CHUNK, count)]["input_ids"]
        yield from pc.list_value_length(ids).drop_null().to_pylist()
