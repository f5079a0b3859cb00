"""Gradients and optimiser steps as the run would take them."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from luthier.stages.trial.subject import Batch, Subject


def learning(model: nn.Module) -> dict[str, nn.Parameter]:
    """Name to parameter, for those that require a gradient."""
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def backward(subject: Subject, step: Sequence[Batch]) -> float:
    """Put the gradient of an optimiser step into `.grad`, and return the sum of what was differentiated."""
    subject.model.zero_grad(set_to_none=True)
    total = 0.0
    for batch in step:
        loss = subject.loss(batch, step)
        torch.autograd.backward(loss)
        total += float(loss.detach())
    return total


def gradient(subject: Subject, step: Sequence[Batch]) -> dict[str, Tensor]:
    """Name to gradient of an optimiser step, for the parameters that got one."""
    backward(subject, step)
    return {name: p.grad.detach().clone() for name, p in learning(subject.model).items() if p.grad is not None}


def norm(gradients: dict[str, Tensor]) -> float:
    """Euclidean norm over all parameters."""
    return math.sqrt(sum(float(one.float().pow(2).sum()) for one in gradients.values()))


def update(subject: Subject, optimiser: Optimizer, step: Sequence[Batch]) -> float:
    """One optimiser step in the run's own modes; returns the loss before it."""
    subject.training_mode()
    loss = backward(subject, step)
    clipped_step(subject, optimiser)
    return loss


def clipped_step(subject: Subject, optimiser: Optimizer) -> None:
    """Step along the gradient at hand, clipped as the run clips it."""
    if subject.clip > 0:
        nn.utils.clip_grad_norm_([p for p in subject.model.parameters() if p.grad is not None], subject.clip)
    optimiser.step()
