"""Learning-rate schedules as Transformers names them, as a share of the peak."""

from __future__ import annotations

import math

_FLAT = frozenset({"constant", "constant_with_warmup", "reduce_lr_on_plateau"})


def rate_at(kind: str, step: int, warmup: int, total: int) -> float:
    """Share of the peak rate that a step gets.

    Args:
        kind: `lr_scheduler_type`; what is not known here falls in a straight line.
        step: steps that were taken before this one.
        warmup: steps in which the rate climbs; "constant" has none.
        total: steps of the run.
    """
    if step < warmup and kind != "constant":
        return step / max(1, warmup)
    if kind in _FLAT:
        return 1.0
    done = (step - warmup) / max(1, total - warmup)
    if kind == "inverse_sqrt":
        scale = warmup or 10_000
        return math.sqrt(scale / (step + scale - warmup))
    if kind.startswith("cosine"):
        return max(0.0, 0.5 * (1.0 + math.cos(math.pi * min(1.0, done))))
    return max(0.0, 1.0 - done)
