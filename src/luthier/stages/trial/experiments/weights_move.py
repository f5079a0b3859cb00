"""A few steps of the run's own optimiser change every weight that should learn.

Passed: after three steps at the peak rate no tensor that requires a gradient is bit for bit what it was, and most of
its weights that had a gradient have moved.
Failed: some tensors never change (they are in no group of the optimiser, or their rate is zero), or the updates are
lost in rounding: weights kept in bf16 have 8 bits, and an update smaller than 1/256 of a weight leaves it as it is.

Source: speculators PR #765 (all norm weights still 1.0 after training) and our run: weights of a BERT held in bf16, 30
steps at 2e-5, none of its norm weights and 22 of 64 head weights changed, and no message. The limit for lost updates is
half of the weights.
"""

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered
from luthier.stages.trial.steps import learning, update
from luthier.stages.trial.subject import Subject

ORDER = 40
SHARE = 1.0
STEPS = 3
MOST_LOST = 0.5


def run(subject: Subject, budget: Budget) -> Experiment:
    """Three steps, then every weight against what it was."""
    trainable = learning(subject.model)
    if not trainable:
        return answered(False, "no parameter requires a gradient: no weight can move", {"tensors": 0})
    optimiser = subject.optimiser()
    before = {name: p.detach().clone() for name, p in trainable.items()}
    pushed = {name: torch.zeros_like(p, dtype=torch.bool) for name, p in trainable.items()}
    for step in range(STEPS):
        update(subject, optimiser, [subject.batches[step % len(subject.batches)]])
        for name, parameter in trainable.items():
            if parameter.grad is not None:
                pushed[name] |= parameter.grad != 0
    return _judged(trainable, before, pushed, optimiser)


def _judged(
    trainable: dict[str, nn.Parameter], before: dict[str, Tensor], pushed: dict[str, Tensor], optimiser: Optimizer
) -> Experiment:
    still = {name: parameter.detach() == before[name] for name, parameter in trainable.items()}
    identical = [name for name, same in still.items() if bool(same.all())]
    stepped = {id(p) for group in optimiser.param_groups for p in group["params"]}
    inside = [name for name, p in trainable.items() if id(p) in stepped]
    outside = len(trainable) - len(inside)
    numbers: Numbers = {"tensors": len(trainable), "identical": len(identical), "outside": outside, "steps": STEPS}
    numbers["lost"] = share = _lost(inside, still, pushed)
    numbers["type"] = ", ".join(sorted({str(p.dtype).removeprefix("torch.") for p in trainable.values()}))
    if identical:
        numbers["first_identical"] = identical[0]
    if share > MOST_LOST and len(identical) < len(trainable):
        says = f"{100 * share:.0f} % of the weights stand still although they have a gradient: updates lost in rounding"
        return answered(False, f"{says} ({numbers['type']})", numbers)
    if identical:
        says = f"{len(identical)} of {len(trainable)} tensors are bit for bit unchanged after {STEPS} steps"
        return answered(False, f"{says}, first {identical[0]}", numbers)
    return answered(True, f"all {len(trainable)} tensors change in {STEPS} steps at the peak rate", numbers)


def _lost(names: list[str], still: dict[str, Tensor], pushed: dict[str, Tensor]) -> float:
    """Share of the weights with a gradient that have not moved, 0 to 1."""
    total = sum(int(pushed[name].count_nonzero()) for name in names)
    return sum(int((still[name] & pushed[name]).count_nonzero()) for name in names) / total if total else 0.0
