"""Dropout that draws eight masks from one random number.

On a processor PyTorch draws dropout masks one element at a time; for MiniLM-L6 at 8 x 128 tokens that is a quarter of
the step (profiled with stock Transformers, see docs/decisions/0007). A 64-bit draw holds eight bytes, and a byte
compared with a threshold is a Bernoulli draw whose probability is a multiple of 1/256: 0.1 becomes 26/256 = 0.1016. The
scale uses that probability, so that the expectation stays exact. Draws come from PyTorch's default generator and are as
repeatable as it is.
"""

import torch
from torch import Tensor, nn

_LEVELS = 256


def dropout(states: Tensor, probability: float) -> Tensor:
    """Zero a share of the elements and scale up the others.

    Args:
        states: any shape; bf16 or fp32.
        probability: 0 to 1; rounded to a multiple of 1/256.

    Returns:
        A tensor like `states`.
    """
    cut = round(probability * _LEVELS)
    if cut == 0:
        return states
    if cut == _LEVELS:
        return states * 0.0
    draws = torch.empty((states.numel() + 7) // 8, dtype=torch.int64, device=states.device)
    draws.random_(-(2**63), None)
    kept = draws.view(torch.uint8)[: states.numel()].view(states.shape) >= cut
    return states * kept.to(states.dtype).mul_(_LEVELS / (_LEVELS - cut))


class Dropout(nn.Module):
    """`dropout` as a module; takes the place of `nn.Dropout`."""

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.p = probability

    def forward(self, states: Tensor) -> Tensor:
        """Drop in training mode, pass through otherwise."""
        return dropout(states, self.p) if self.training else states


def replace_dropout(model: nn.Module) -> None:
    """Put `Dropout` in the place of every `nn.Dropout` of a model."""
    for module in model.modules():
        for name, child in module.named_children():
            if type(child) is nn.Dropout:
                setattr(module, name, Dropout(child.p))
