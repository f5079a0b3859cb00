"""One small batch can be learned by heart.

Passed: with a few steps of AdamW at an ordinary rate, dropout off, the loss of one batch falls to half of the first
loss, and for classes also to half of what a model pays that knows their shares and does not read.
Failed: at none of three rates it gets there before it stands still. What can not even learn eight rows by heart will
not learn a thousand: the loss does not depend on what is trained, the labels do not belong to the rows, the gradient is
cut, or too little of the model learns. Where time ends while the loss still falls, there is no answer.

The rates are ours (1e-3, then 1e-2, then 1e-4), not the run's: whether the run's own rate is right is another question.

Source: "overfit one batch" in A. Karpathy, A Recipe for Training Neural Networks, 2019,
https://karpathy.github.io/2019/04/25/recipe/; the fraction and the numbers of steps are from our run (MiniLM-L6 takes 1
to 3 steps, LoRA on it and random BERT, GPT-2 and T5 of width 16 to 32 at most 60).
"""

import math
from collections import Counter

import torch
from torch import nn
from torch.optim import AdamW

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.steps import backward, learning
from luthier.stages.trial.subject import Batch, Subject
from luthier.stages.trial.tensors import count, cropped, joined, take

ORDER = 20
SHARE = 2.0
ROWS = 8
LEAST, LATE, MOST = 15, 30, 60
"""Steps before the loss may be called still, before time may end them, and in all."""
STANDS_STILL = 10
RATES = (1e-3, 1e-2, 1e-4)
FRACTION = 0.5


def run(subject: Subject, budget: Budget) -> Experiment:
    """Train on one batch again and again, at each rate from the same start."""
    parameters = list(learning(subject.model).values())
    if not parameters:
        return answered(False, "no parameter requires a gradient: nothing can be learned", {"trainable": 0})
    batch = small(subject)
    constant = _constant(batch, subject)
    start = [p.detach().clone() for p in parameters]
    lowest: Numbers = {}
    unfinished = False
    for rate in RATES:
        first, best, steps, cut = _trained(subject, batch, parameters, rate, budget, constant)
        if not math.isfinite(first):
            return answered(False, f"the loss of one batch is {first}", {"start": first})
        unfinished |= cut
        lowest |= {"rows": count(batch), "start": first, "floor": subject.floor}
        if "lowest" not in lowest or best < float(lowest["lowest"]):
            lowest |= {"lowest": best, "rate": rate, "steps": steps}
        if _learned(min(first, constant), best, subject.floor):
            return answered(True, _says(lowest), lowest)
        with torch.no_grad():
            for parameter, value in zip(parameters, start, strict=True):
                parameter.copy_(value)
    if unfinished:
        return not_run(f"no time for more steps: {_says(lowest)}")
    return answered(False, f"{_says(lowest)}, at the best of {len(RATES)} rates", lowest)


def small(subject: Subject) -> Batch:
    """A few rows, of as many classes as there are in the first batches, without needless columns."""
    batch = joined(subject.batches) or subject.batches[0]
    return cropped(take(batch, _mixed(batch, subject)[:ROWS]), subject)


def _mixed(batch: Batch, subject: Subject) -> list[int]:
    """Positions of the rows, one class after the other in turn."""
    rows = list(range(count(batch)))
    if subject.kind != "classes":
        return rows
    labels, seen = batch["labels"].tolist(), Counter[int]()
    turns = []
    for label in labels:
        turns.append(seen[label])
        seen[label] += 1
    return sorted(rows, key=lambda row: (turns[row], row))


def _constant(batch: Batch, subject: Subject) -> float:
    """Loss of a model that knows the share of each class in the batch and does not read; infinite for other labels."""
    if subject.kind != "classes" or len(torch.unique(batch["labels"])) < 2:
        return math.inf
    share = torch.unique(batch["labels"], return_counts=True)[1].double() / count(batch)
    return float(-(share * share.log()).sum())


def _trained(
    subject: Subject, batch: Batch, parameters: list[nn.Parameter], rate: float, budget: Budget, constant: float
) -> tuple[float, float, int, bool]:
    """First loss, lowest loss, steps taken, and whether time ended them; stops as soon as the batch is learned."""
    subject.model.eval()
    optimiser = AdamW(parameters, lr=rate, weight_decay=0.0)
    losses: list[float] = []
    late = False
    while len(losses) <= MOST and not late:
        losses.append(backward(subject, [batch]))
        learned = _learned(min(losses[0], constant), losses[-1], subject.floor)
        if learned or not math.isfinite(losses[-1]) or _stands_still(losses):
            break
        optimiser.step()
        late = len(losses) > LATE and not budget.lasts()
    finite = [loss for loss in losses if math.isfinite(loss)]
    return losses[0], min(finite, default=math.inf), len(losses) - 1, late


def _stands_still(losses: list[float]) -> bool:
    """Whether the last steps brought the lowest loss down by less than a hundredth."""
    if len(losses) <= LEAST:
        return False
    return min(losses[-STANDS_STILL:]) > 0.99 * min(losses[:-STANDS_STILL])


def _learned(first: float, now: float, floor: float) -> bool:
    return now - floor <= FRACTION * (first - floor)


def _says(numbers: Numbers) -> str:
    says = "the loss on {rows} rows goes from {start:.3g} to {lowest:.3g} in {steps} steps at {rate:g}"
    return says.format_map(numbers)
