"""Rows that hold several examples, and whether attention reaches from one into the next."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from luthier.errors import ModelError
from luthier.integrations.ends import Marks
from luthier.models.foreign import translated

LONGEST = 512
"""Tokens of the first two examples of a row that the probe computes at most."""
SAME = 1e-4
"""Largest change of a score, as a share of the scores' spread, that rounding explains: two orders above what float32
left in our packed tiny GPT-2 (1e-6), and far below what crossing made of it (0.1 and more)."""


def borders(tensors: Mapping[str, Tensor], marks: Marks, *, stated: bool) -> list[list[int]]:
    """Per row, the places at which a second and later example begins.

    Args:
        tensors: a collated batch.
        marks: ids with a meaning.
        stated: whether the settings say that rows are packed; then every end token is a border where positions do not
            tell. Otherwise an end token is one when a BOS token follows.
    """
    ids = tensors["input_ids"]
    places = tensors.get("position_ids")
    if places is not None and places.shape == ids.shape:
        mask = tensors.get("attention_mask")
        inside = mask.bool() if mask is not None and mask.shape == ids.shape else torch.ones_like(ids, dtype=torch.bool)
        begins = (places[:, 1:] != places[:, :-1] + 1) & inside[:, 1:] & inside[:, :-1]
        return [[place + 1 for place in row.nonzero().flatten().tolist()] for row in begins]
    return [
        [n + 1 for n, (one, after) in enumerate(pairwise(row)) if one in marks.ends and (stated or after == marks.bos)]
        for row in ids.tolist()
    ]


def crosses(model: Any, tensors: Mapping[str, Tensor], starts: list[list[int]]) -> bool | None:
    """Whether the scores of a second example change with the words of the first; None where that cannot be computed.

    The first two examples of a packed row are computed twice, once with the words of the first turned round. This is
    what the attention of this model in this version really does, whatever its settings promise.
    """
    row = next((n for n, places in enumerate(starts) if places and places[0] > 1), None)
    if row is None:
        return None
    first = starts[row][0]
    stop = min(starts[row][1] if len(starts[row]) > 1 else tensors["input_ids"].shape[1], first + LONGEST)
    begin = max(0, first - LONGEST)
    names = ("input_ids", "position_ids", "attention_mask")
    shape = tensors["input_ids"].shape
    given = {n: tensors[n][row : row + 1, begin:stop] for n in names if n in tensors and tensors[n].shape == shape}
    turned = dict(given, input_ids=_turned(given["input_ids"], first - begin))
    try:
        with translated("the packed row cannot be computed", "model", "nothing"), scoring(model):
            device = next(model.parameters()).device
            one, other = (
                model(**{name: value.to(device) for name, value in inputs.items()}).logits[0, first - begin :].float()
                for inputs in (given, turned)
            )
    except ModelError:
        return None
    if not bool(torch.isfinite(one).all() and torch.isfinite(other).all()):
        return None
    return float((one - other).abs().max()) > SAME * max(float(one.std()), 1e-6)


def _turned(ids: Tensor, first: int) -> Tensor:
    """The first example's ids turned round, or moved by one where that changes nothing."""
    head = ids[:, :first]
    back = head.flip(1) if not torch.equal(head.flip(1), head) else (head + 1) % (int(ids.max()) + 1)
    return torch.cat([back, ids[:, first:]], dim=1)


@contextmanager
def scoring(model: Any) -> Iterator[None]:
    """Evaluation without gradients; afterwards every module is in the mode in which it was."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training
