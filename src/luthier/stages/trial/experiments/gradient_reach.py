"""The gradient reaches every parameter that should learn, and no other.

Passed: over two batches, with one optimiser step between them, every parameter that should learn gets a gradient that
is finite and not zero everywhere, and no parameter learns that should not.
Failed: a part of the model is cut off from the loss, is handed to the optimiser and never reached, or learns although
it was meant to be frozen; or a gradient is not finite.

The step between the batches counts: the first matrix of a LoRA pair gets no gradient while the second is still zero (Hu
et al., LoRA, arXiv 2106.09685, section 4.1), nor does the body under a head of zeros.
"""

import torch

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered
from luthier.stages.trial.steps import backward, learning, update
from luthier.stages.trial.subject import Subject

ORDER = 30
SHARE = 1.0


def run(subject: Subject, budget: Budget) -> Experiment:
    """Backward, a step, backward; look at every gradient."""
    trainable = learning(subject.model)
    wanted = set(trainable) if subject.learns is None else set(subject.learns)
    reached: set[str] = set()
    broken: set[str] = set()
    optimiser = subject.optimiser() if trainable else None
    for batch in (subject.batches[0], subject.batches[-1]):
        if optimiser is None:
            break
        subject.training_mode()
        backward(subject, [batch])
        for name, parameter in trainable.items():
            if parameter.grad is not None:
                largest = float(parameter.grad.abs().max()) if parameter.grad.numel() else 0.0
                reached |= {name} if largest != 0.0 else set()
                broken |= {name} if not torch.isfinite(torch.tensor(largest)) else set()
        update(subject, optimiser, [batch])
    return _judged(wanted, set(trainable), reached, broken)


def _judged(wanted: set[str], trainable: set[str], reached: set[str], broken: set[str]) -> Experiment:
    missed, stray = sorted(wanted - reached), sorted(trainable - wanted)
    numbers: Numbers = {"wanted": len(wanted), "missed": len(missed), "stray": len(stray), "not_finite": len(broken)}
    named = {"first_missed": missed, "first_stray": stray, "first_not_finite": sorted(broken)}
    numbers |= {key: names[0] for key, names in named.items() if names}
    if not wanted:
        return answered(False, "no parameter is to learn", numbers)
    if broken:
        return answered(False, f"the gradient of {len(broken)} tensors is not finite, first {min(broken)}", numbers)
    if missed:
        says = f"{len(missed)} of {len(wanted)} tensors that should learn get no gradient, first {missed[0]}"
        return answered(False, says, numbers)
    if stray:
        says = f"{len(stray)} tensors learn that should be frozen, first {stray[0]}"
        return answered(False, says, numbers)
    return answered(True, f"all {len(wanted)} tensors that should learn get a gradient, and no other", numbers)
