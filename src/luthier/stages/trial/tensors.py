"""Rows and columns of collated batches, whatever the model."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from luthier.stages.trial.subject import Batch, Subject

IGNORED = -100
_MASK = "attention_mask"


def count(batch: Batch) -> int:
    """Rows of a batch."""
    return max((len(tensor) for tensor in batch.values() if isinstance(tensor, Tensor) and tensor.ndim), default=0)


def take(batch: Batch, rows: Sequence[int]) -> Batch:
    """Some rows, in this order; values that are not one per row stay whole."""
    total, wanted = count(batch), torch.tensor(rows)
    return {name: value[wanted.to(value.device)] if _per_row(value, total) else value for name, value in batch.items()}


def _per_row(value: object, rows: int) -> bool:
    return isinstance(value, Tensor) and value.ndim > 0 and len(value) == rows


def mask_of(batch: Batch, subject: Subject) -> Tensor | None:
    """1 for real tokens, (rows, tokens); where the batch has no mask, by the id of padding; None for other inputs."""
    mask, ids = batch.get(_MASK), batch.get("input_ids")
    if mask is None and ids is not None and subject.padding is not None:
        mask = (ids != subject.padding).long()
    return mask if mask is not None and mask.ndim == 2 else None


def real_columns(mask: Tensor) -> slice:
    """From the first to the last column in which some row has a real token."""
    used = torch.nonzero(mask.any(dim=0)).flatten()
    return slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, mask.shape[1])


def cropped(batch: Batch, subject: Subject) -> Batch:
    """Without the columns that are padding in every row; laid out anew, since losses take `labels.view(-1)`."""
    mask = mask_of(batch, subject)
    if mask is None:
        return batch
    columns = real_columns(mask)
    return {
        name: value[:, columns].contiguous() if _follows_input(name, value, mask, subject) else value
        for name, value in batch.items()
    }


def _follows_input(name: str, value: object, mask: Tensor, subject: Subject) -> bool:
    """Whether a tensor has one column per input token."""
    if name.startswith("decoder") or (name == "labels" and subject.kind == "sequence_to_sequence"):
        return False
    return isinstance(value, Tensor) and value.ndim >= 2 and value.shape[:2] == mask.shape


def joined(batches: Sequence[Batch]) -> Batch | None:
    """All rows in one batch, padded on the right; None where that cannot be done without a mask."""
    if len(batches) == 1:
        return batches[0]
    same = all(
        isinstance(value, Tensor) and value.ndim and all(value.shape[1:] == other[name].shape[1:] for other in batches)
        for name, value in batches[0].items()
    )
    if not same and _MASK not in batches[0]:
        return None
    return {name: _stacked(name, [batch[name] for batch in batches]) for name in batches[0]}


def _stacked(name: str, values: Sequence[Tensor]) -> Tensor:
    if not isinstance(values[0], Tensor) or values[0].ndim < 2:
        return torch.cat(list(values)) if isinstance(values[0], Tensor) and values[0].ndim else values[0]
    width = max(value.shape[1] for value in values)
    fill = IGNORED if name == "labels" else 0
    behind = (0, 0) * (values[0].ndim - 2)
    return torch.cat([functional.pad(v, (*behind, 0, width - v.shape[1]), value=fill) for v in values])


def supervised(batch: Batch) -> Tensor:
    """Label positions of each row that enter the loss, (rows,)."""
    labels = batch.get("labels")
    if labels is None or labels.ndim < 2 or labels.is_floating_point():
        return torch.ones(count(batch), dtype=torch.int64)
    return (labels != IGNORED).sum(dim=1)


def padded(batch: Batch, subject: Subject) -> int:
    """Padding positions of the input."""
    mask = mask_of(batch, subject)
    return int((mask == 0).sum()) if mask is not None else 0


def gap(one: Tensor, other: Tensor, spread: float) -> float:
    """Largest difference between two sets of scores, in units of their spread."""
    return float((one.float() - other.float()).abs().max()) / spread if one.numel() else 0.0


def spread(scores: Tensor) -> float:
    """Standard deviation of all scores; 1 where they are all the same."""
    value = float(scores.float().std()) if scores.numel() > 1 else 0.0
    return value if value > 0 else 1.0


def coarse(subject: Subject) -> bool:
    """Whether the weights are kept in 16 bits, where sums in another order differ in the second digit."""
    kinds = {p.dtype for p in subject.model.parameters() if p.is_floating_point()}
    return bool(kinds & {torch.float16, torch.bfloat16})
