"""Norm of the gradient per group, before clipping, and the clipping itself in the same walk over memory."""

import torch
from torch import Tensor
from torch.nn.utils import clip_grads_with_norm_

from luthier.strategies._contract import Group


def gradient_norms(groups: tuple[Group, ...]) -> tuple[dict[str, float], Tensor]:
    """Gradient norm of each group and of all of them (a scalar tensor)."""
    squares = {}
    for group in groups:
        gradients = [p.grad for p in group.parameters if p.grad is not None]
        norms = torch._foreach_norm(gradients) if gradients else [torch.zeros(())]
        squares[group.name] = torch.stack(norms).square().sum()
    total = torch.stack(list(squares.values())).sum().sqrt()
    return {name: float(square.sqrt()) for name, square in squares.items()}, total


def clip(groups: tuple[Group, ...], total: Tensor, limit: float) -> bool:
    """Scale all gradients down to `limit` where their norm is above it; returns whether that happened."""
    if limit <= 0 or not bool(total > limit):
        return False
    clip_grads_with_norm_([p for g in groups for p in g.parameters if p.grad is not None], limit, total)
    return True
