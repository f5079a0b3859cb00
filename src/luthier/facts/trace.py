"""What happened while training: one `Step` per optimiser step, and the whole of them as a `Trace`.

Values are raw. A loss that is not finite stays not finite: nothing is filtered between the loop and a failure.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from luthier.facts.evaluation import Evaluation

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """One optimiser step.

    Attributes:
        number: from 1.
        epoch: position in epochs after this step, fractional.
        rows: rows in the step, over all accumulated batches.
        tokens: real tokens (padding not counted).
        padded_tokens: tokens computed on, padding counted.
        loss: mean loss over the rows of the step, as the model computed it.
        rates: parameter group to the learning rate used.
        grad_norms: parameter group to the gradient norm before clipping.
        update_ratios: parameter group to |change of weights| / |weights|, on a fixed sample of weights.
        clipped: whether clipping was active.
        seconds: wall time of the step.
    """

    number: int
    epoch: float
    rows: int
    tokens: int
    padded_tokens: int
    loss: float
    rates: dict[str, float]
    grad_norms: dict[str, float]
    update_ratios: dict[str, float]
    clipped: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Trace:
    """The log of a run, as columns.

    Attributes:
        steps: step numbers, shape (n,).
        losses: raw loss at these steps, shape (n,); in logs of other tools the mean over `interval` steps.
        rates: parameter group to learning rates, shape (n,) each.
        grad_norms: parameter group to gradient norms before clipping, shape (n,) each.
        update_ratios: parameter group to |change| / |weights|, shape (n,) each; empty for foreign logs.
        total_steps: optimiser steps that the plan foresees.
        steps_per_epoch: optimiser steps in one epoch.
        evaluations: validation scores so far, in order, with the step at which each was taken.
        logged_losses: what a logger that filters non-finite values would have written; None when nothing filtered.
        finished: the run came to its planned end or stopped early by its own rule.
        interval: optimiser steps that one entry stands for; 1 in logs of Luthier.
        filtered: whether what wrote the log may have replaced losses that are not finite.
    """

    steps: Floats
    losses: Floats
    rates: dict[str, Floats]
    grad_norms: dict[str, Floats]
    update_ratios: dict[str, Floats] = field(default_factory=dict)
    total_steps: int = 0
    steps_per_epoch: int = 0
    evaluations: tuple[tuple[int, Evaluation], ...] = ()
    logged_losses: Floats | None = None
    finished: bool = False
    interval: int = 1
    filtered: bool = False

    def __len__(self) -> int:
        return len(self.losses)
