"""How far a step moves the weights: |change| / |weights| per group, on a fixed sample.

A healthy run moves its weights by about a thousandth per step at full rate (Karpathy's rule of thumb). Comparing all
weights would cost two walks over memory per step, so a few thousand are compared.
"""

import torch
from torch import Tensor

from luthier.strategies._contract import Group

_TENSORS = 16
_WEIGHTS = 256


class UpdateRatio:
    """Compares a sample of each group before and after a step."""

    def __init__(self, groups: tuple[Group, ...]) -> None:
        self._slices = {group.name: _sample(group) for group in groups}
        self._before: dict[str, Tensor] = {}

    def before(self) -> None:
        """Remember the sample."""
        self._before = {name: torch.cat(slices) for name, slices in self._slices.items() if slices}

    def after(self) -> dict[str, float]:
        """Group name to |change| / |weights| since `before`."""
        ratios = {}
        for name, before in self._before.items():
            change = torch.cat(self._slices[name]) - before
            ratios[name] = float(change.norm() / before.norm().clamp_min(1e-12))
        return ratios


def _sample(group: Group) -> list[Tensor]:
    """Views of 256 evenly spaced weights in up to 16 evenly spaced tensors that learn."""
    learning = [p.detach().view(-1) for p in group.parameters if p.requires_grad]
    stride = max(1, len(learning) // _TENSORS)
    return [weights[:: max(1, len(weights) // _WEIGHTS)][:_WEIGHTS] for weights in learning[::stride]]
