"""The table of token vectors in a model: vectors that nobody has trained, and whether training changes them."""

from collections.abc import Sequence
from typing import Any

import torch

from luthier.integrations.opened import base_of
from luthier.stages.diagnose.readers.faint import SHORT

_SAMPLE = 1_000


def faint(model: Any, ids: Sequence[int]) -> list[int]:
    """Of these ids, those whose vector is shorter than `SHORT` of the median."""
    weight = getattr(_table(model), "weight", None)
    inside = [one for one in ids if weight is not None and one < len(weight)]
    if weight is None or weight.dim() != 2 or not inside:
        return []
    with torch.no_grad():
        step = max(1, len(weight) // _SAMPLE)
        usual = weight[::step].float().norm(dim=1).median()
        own = weight[inside].float().norm(dim=1)
        return [one for one, low in zip(inside, (own < SHORT * usual).tolist(), strict=True) if low]


def learns(model: Any) -> bool | None:
    """Whether training changes the table, or single rows of it by an adapter; None where there is none."""
    found = _table(model)
    return any(weight.requires_grad for weight in found.parameters()) if isinstance(found, torch.nn.Module) else None


def _table(model: Any) -> Any:
    base = base_of(model)
    try:
        return base.get_input_embeddings() if hasattr(base, "get_input_embeddings") else None
    except NotImplementedError:  # models that read no tokens
        return None
