"""How fast a model runs on this machine, measured by a short probe before training."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speed:
    """What a short probe measured, on batches of the plan's size and the data's typical length.

    Attributes:
        forward_tokens_per_second: tokens, padding counted, through all layers without gradients.
        train_tokens_per_second: tokens, padding counted, forward and backward through all layers.
        step_seconds: seconds of one optimiser step beyond its tokens (update of all weights, clipping, measures).
        layers: transformer layers that these tokens went through.
        seconds: what the probe itself took.
    """

    forward_tokens_per_second: float
    train_tokens_per_second: float
    step_seconds: float
    layers: int
    seconds: float = 0.0
