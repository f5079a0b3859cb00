"""What shows that a model broke in training, and whether its pretrained part could: from a log and from weights."""

import math

import numpy as np

from luthier.facts.finding import Number
from luthier.facts.saved import WeightFacts
from luthier.facts.trace import Trace
from luthier.failures._signals import at_the_end, learned, window

KNEW = 0.2
"""Share of the label entropy from which on a model had learned something."""
WORSE = 1.5
"""How many times the loss of guessing a loss is that no start explains: fresh models begin at 1.0 times."""
ALIKE = 3
"""Evaluations with one and the same score, to the last digit, that are more than chance."""
LESS = 0.9
"""An evaluation loss below this share of the first has fallen, whatever the score says. Our runs of MiniLM on spam,
with an accuracy of 0.8875 in all three evaluations: 0.38, 0.35, 0.38 at 5e-3, and 0.31, 0.27, 0.24 where the encoder
was frozen and the head learned at 1e-2.
"""
SHARES = ("accuracy", "macro_f1", "f1")
FAR, HALF = 0.15, 0.5
"""Distance of the saved matrices from the base model's, as a share of their length, that no fine-tune needs: 0.01 to
0.03 in 60 of our runs of MiniLM, 0.41 at 5e-3; and a share of the label entropy that a model explains which is not
broken.
"""


def only_head_learns(weights: WeightFacts | None) -> bool:
    """Whether the encoder is frozen: by what may learn in memory, or by what differs from the base model."""
    if weights is None or not weights.head:
        return False
    changed = weights.learning
    if changed is None and weights.unchanged is not None:
        changed = tuple(weights.tensors.keys() - set(weights.unchanged))
    return bool(changed) and set(changed or ()) <= set(weights.head)


def best_before(trace: Trace, chance: float) -> float | None:
    """Lowest mean loss of an earlier window that certainly knew something; of the last 10,000 steps."""
    size = min(window(trace), max(8, len(trace) // 8))
    windows = len(trace.losses[-10_000:]) // size
    if windows < 2:
        return None
    table = trace.losses[-windows * size :].reshape(windows, size)
    best = table[int(table.mean(axis=1).argmin())]
    return float(best.mean()) if learned(best, chance).low > KNEW else None


def same_score(trace: Trace) -> dict[str, Number]:
    """The "metric", "value" and "count" of scores below 1 that are the same in all of three evaluations or more, whose
    losses did not fall either, as those of a model with one answer are; empty where they are not.
    """
    scores = [evaluation.scores for _, evaluation in trace.evaluations]
    name = next((one for one in SHARES if scores and all(one in known for known in scores)), "")
    values = {known[name].value for known in scores} if name else {1.0}
    losses = [evaluation.loss for _, evaluation in trace.evaluations if evaluation.loss is not None]
    if len(scores) < ALIKE or len(values) > 1 or max(values) >= 1 or (losses and min(losses) < LESS * losses[0]):
        return {}
    return {"metric": name, "value": values.pop(), "count": len(scores)}


def spike(trace: Trace, vocabulary: int) -> dict[str, Number]:
    """Step and loss of the highest loss, where it is far above that of guessing evenly among all tokens ("chance"), by
    these names; empty where it is not.
    """
    finite, chance = np.isfinite(trace.losses), math.log(vocabulary)
    if not finite.any():
        return {}
    at = int(np.where(finite, trace.losses, -math.inf).argmax())
    worst = float(trace.losses[at])
    return {"step": int(trace.steps[at]), "loss": worst, "chance": chance} if worst > WORSE * chance else {}


def far_away(trace: Trace, chance: float, weights: WeightFacts) -> dict[str, Number]:
    """Distance of the saved matrices from the base's in "percent", "loss" and "chance", where it is far and the loss
    does not prove that the model knows something; empty where it is not.
    """
    losses, moved = at_the_end(trace), weights.moved or 0.0
    if moved <= FAR or learned(losses, chance).low > HALF:
        return {}
    return {"percent": 100 * moved, "loss": float(losses.mean()), "chance": chance}
