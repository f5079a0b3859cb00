"""The scores in what a model answers, whatever its class."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

MOST_COLUMNS = 2_048
"""Columns that are compared; of a larger vocabulary as many, evenly spaced, so that scores of a batch fit memory."""


def scores_of(answer: Any) -> Tensor:
    """Scores, (rows, outputs) or (rows, positions, outputs), fp32; start and end of a span are two outputs.

    Raises:
        ValueError: there is no tensor that could be scores.
    """
    named = answer if isinstance(answer, Mapping) else {}
    if "start_logits" in named and "end_logits" in named:
        return torch.stack((named["start_logits"], named["end_logits"]), dim=-1).float()
    found = named.get("logits")
    if found is None:
        values = named.values() if named else answer if isinstance(answer, tuple | list) else (answer,)
        found = next((one for one in values if isinstance(one, Tensor) and one.ndim > 1), None)
    if found is None:
        raise ValueError("the model answers without scores")
    step = -(-found.shape[-1] // MOST_COLUMNS)
    return found[..., ::step].float()
