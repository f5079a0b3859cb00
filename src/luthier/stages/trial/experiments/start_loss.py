"""The first loss is near what guessing costs.

Passed: the loss before training is finite and no worse than guessing. A new head on C classes starts near ln C, a
language model at or below the logarithm of its vocabulary.
Failed: the loss cannot be computed at all, is zero, is not finite, or is far above guessing: labels outside the range
of the head, a loss that is summed instead of averaged, nothing supervised, weights that were never loaded. Where the
loss is not finite it is computed once more with the attention that is written out ("eager"), where the model has one.

Source: "verify loss @ init" in A. Karpathy, A Recipe for Training Neural Networks, 2019,
https://karpathy.github.io/2019/04/25/recipe/. The limit of twice guessing is from our run: a new head on MiniLM-L6
starts between 0.98 and 1.1 times guessing, random BERT, GPT-2 and T5 between 1.0 and 1.6 times.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered
from luthier.stages.trial.raised import Raised
from luthier.stages.trial.subject import Subject
from luthier.stages.trial.tensors import IGNORED

ORDER = 10
SHARE = 0.5
WORST = 2.0
_CLASSES = ("classes", "tags", "next_token", "masked_token", "sequence_to_sequence")


def run(subject: Subject, budget: Budget) -> Experiment:
    """Mean loss of the first batches in evaluation mode."""
    subject.model.eval()
    with Raised() as raised:
        loss = _mean_loss(subject, budget)
    if raised.error is not None:
        numbers: Numbers = {"error": raised.kind, "message": raised.says}
        return answered(False, f"the loss of the first batch cannot be computed: {raised.says}", numbers)
    return _judged(loss, subject) if math.isfinite(loss) else _not_finite(loss, subject, budget)


def _mean_loss(subject: Subject, budget: Budget) -> float:
    losses: list[float] = []
    with torch.no_grad():
        for batch in subject.batches:
            losses.append(float(subject.loss(batch, [batch])))
            if not budget.lasts():
                break
    return sum(losses) / len(losses)


def _not_finite(loss: float, subject: Subject, budget: Budget) -> Experiment:
    """Whether another attention makes the loss finite."""
    numbers: Numbers = {"loss": loss}
    says = f"the first loss is {loss}: nothing can be learned from it"
    with Raised(), _written_out(subject.model) as kept:
        if kept and math.isfinite(eager := _mean_loss(subject, budget)):
            numbers |= {"attention": kept, "eager": eager}
            says = f"the first loss is {loss} with the attention {kept}, and {eager:.3f} with the eager one"
    return answered(False, says, numbers)


@contextmanager
def _written_out(model: nn.Module) -> Iterator[str]:
    """The model with eager attention; yields the name of the one it has, empty where it cannot be changed."""
    switch = getattr(model, "set_attn_implementation", None)
    kept = str(getattr(getattr(model, "config", None), "_attn_implementation", None) or "")
    if switch is None or kept in ("", "eager"):
        yield ""
        return
    try:
        switch("eager")
        yield kept
    finally:
        switch(kept)


def _judged(loss: float, subject: Subject) -> Experiment:
    numbers: Numbers = {"loss": loss}
    if subject.kind in ("classes", "tags"):
        numbers["prior"] = _prior(subject)
    if loss == 0.0:
        return answered(False, "the first loss is exactly 0: nothing enters it", numbers)
    guessing = _guessing(subject)
    if guessing is None:
        return answered(True, f"the first loss is {loss:.3g}, which is finite", numbers)
    numbers |= {"guessing": guessing, "ratio": loss / guessing}
    beside = f"the first loss is {loss:.3f}, guessing costs {guessing:.3f}"
    if loss > WORST * guessing:
        return answered(False, f"{beside}: the start is worse than guessing", numbers)
    return answered(True, beside, numbers)


def _guessing(subject: Subject) -> float | None:
    """Loss of equal probabilities in nats; for numbers the variance of the labels; None where it is not known."""
    if subject.kind in _CLASSES and subject.outputs > 1:
        return math.log(subject.outputs)
    if subject.kind == "multilabel":
        return math.log(2)
    return None


def _prior(subject: Subject) -> float:
    """Entropy of the labels in the batches, in nats: what a model pays that knows the shares and nothing else."""
    labels = torch.cat([_flat(batch["labels"]) for batch in subject.batches if "labels" in batch] or [torch.zeros(1)])
    share = torch.unique(labels, return_counts=True)[1].double() / max(1, len(labels))
    return float(-(share * share.log()).sum())


def _flat(labels: Tensor) -> Tensor:
    return labels.flatten()[labels.flatten() != IGNORED].cpu()
