"""The gradient reaches every parameter that should learn, and no other.

Passed: over two batches, with one optimiser step between them, every parameter that should learn gets a gradient that
is finite and not zero everywhere, and no parameter learns that should not.
Failed: a part of the model is cut off from the loss, is handed to the optimiser and never reached, or learns although
it was meant to be frozen; or a gradient is not finite.

The step between the batches counts: the first matrix of a LoRA pair gets no gradient while the second is still zero (Hu
et al., LoRA, arXiv 2106.09685, section 4.1), nor does the body under a head of zeros.
"""

import math

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered
from luthier.stages.trial.steps import backward, clipped_step, learning
from luthier.stages.trial.subject import Batch, Subject

ORDER = 30
SHARE = 1.0


def run(subject: Subject, budget: Budget) -> Experiment:
    """Backward, a step, backward; look at every gradient."""
    trainable = set(learning(subject.model))
    wanted = trainable if subject.learns is None else set(subject.learns)
    largest: list[dict[str, float]] = []
    if trainable:
        optimiser = subject.optimiser()
        largest.append(_largest(subject, subject.batches[0]))
        clipped_step(subject, optimiser)
        largest.append(_largest(subject, subject.batches[-1]))
    reached = {name for one in largest for name, size in one.items() if size != 0.0}
    broken = {name for one in largest for name, size in one.items() if not math.isfinite(size)}
    return _judged(wanted, trainable, reached, broken)


def _largest(subject: Subject, batch: Batch) -> dict[str, float]:
    """Name to the largest size of its gradient, for the parameters that get one."""
    subject.training_mode()
    backward(subject, [batch])
    found = {name: p.grad for name, p in learning(subject.model).items() if p.grad is not None and p.grad.numel()}
    return {name: float(gradient.abs().max()) for name, gradient in found.items()}


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
