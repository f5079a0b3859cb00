"""What is tried: a model with its batches, its loss, its optimiser, and the ways in which it is scored and saved.

Plain callables, so that a plan of Luthier's and a trainer of somebody else's are tried by the same experiments. What a
subject cannot do is None, and `missing` says why.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn
from torch.optim import Optimizer

from luthier.facts.census import Kind

Batch = Mapping[str, Tensor]
"""Name to tensor, as the collator makes them; the first dimension is the row."""

Ints = npt.NDArray[np.int64]
Values = npt.NDArray[Any]

RELOADED = 8
"""Rows that the fresh process scores again."""
PROBED = 48
"""Rows that are given other labels, or asked of the metrics."""


def evenly(total: int, most: int) -> Ints:
    """Up to so many of `total` rows, evenly spread, in order."""
    return np.linspace(0, max(0, total - 1), num=min(total, most)).round().astype(np.int64)


def least_loss(smoothing: float, outputs: int) -> float:
    """Least cross-entropy against smoothed labels, in nats: their entropy."""
    if smoothing <= 0 or outputs < 2:
        return 0.0
    shares = np.full(outputs, smoothing / outputs)
    shares[0] += 1 - smoothing
    return float(-(shares * np.log(shares)).sum())


@dataclass(frozen=True, slots=True)
class Rows:
    """Raw rows with one class each, which can be made into batches with other labels than their own.

    Attributes:
        labels: class ids, shape (n,).
        batches: the same n rows, prepared and collated from the start with the class ids given, shape (n,).
    """

    labels: Ints
    batches: Callable[[Ints], Sequence[Batch]]


@dataclass(frozen=True, slots=True)
class Metrics:
    """How the run scores predictions.

    Attributes:
        labels: labels of some evaluation rows, shape (rows,) or (rows, positions), -100 where nothing is scored.
        perfect: predictions of a model that is right everywhere, in the form in which scoring gets them, from labels.
        score: predictions and labels to named numbers.
    """

    labels: Values
    perfect: Callable[[Values], Values]
    score: Callable[[Values, Values], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A saved model in a fresh process against the model in memory.

    Attributes:
        rows: rows scored by both.
        difference: largest difference of a score, in standard deviations of the scores.
        lost: weights that the saved files lack.
    """

    rows: int
    difference: float
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A model before training, and how its run would treat it.

    Attributes:
        model: all experiments work on it and put it back as it was.
        kind: what the labels are.
        outputs: width of the scores: classes, vocabulary, 1 for a number.
        batches: the first training batches, at least one.
        loss: loss(batch, step) is what is differentiated for one micro-batch of an optimiser step, `step` being all
            its micro-batches; with a step of one batch it is the batch's mean loss.
        scores: raw outputs for a batch, (rows, outputs) or (rows, positions, outputs), fp32, in the mode in which the
            model is.
        optimiser: a fresh one, all groups at their peak rate.
        training_mode: sets the modes in which the run trains.
        clip: largest gradient norm; 0 means no clipping.
        accumulation: micro-batches in one optimiser step.
        floor: least mean loss that can be reached, in nats (label smoothing).
        padding: id of the padding token, for batches without a mask; None where there is none.
        learns: names of the parameters that should learn; None where every one that requires a gradient should.
        evaluate: the run's whole evaluation on two batches, to named numbers.
        metrics: how the run scores.
        longest: a batch of the longest training rows.
        rows: for classes: raw rows that can be given other labels.
        reload: saves below a folder, loads in a fresh process, and scores some rows in both.
        held: keeps what stands around the model as it is, for as long as the block lasts.
        missing: experiment to the reason why this subject cannot do it.
    """

    model: nn.Module
    kind: Kind
    outputs: int
    batches: tuple[Batch, ...]
    loss: Callable[[Batch, Sequence[Batch]], Tensor]
    scores: Callable[[Batch], Tensor]
    optimiser: Callable[[], Optimizer]
    training_mode: Callable[[], object]
    clip: float = 0.0
    accumulation: int = 1
    floor: float = 0.0
    padding: int | None = None
    learns: frozenset[str] | None = None
    evaluate: Callable[[], Mapping[str, float]] | None = None
    metrics: Metrics | None = None
    longest: Callable[[], Batch] | None = None
    rows: Rows | None = None
    reload: Callable[[Path], Reloaded] | None = None
    held: Callable[[], AbstractContextManager[object]] = nullcontext
    missing: Mapping[str, str] = field(default_factory=dict)

    def why_not(self, experiment: str) -> str:
        """The reason for a part that is None."""
        return self.missing.get(experiment, "the run has no such part")
