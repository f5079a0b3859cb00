"""AdamW over a strategy's groups, and the schedule of rates as a pure function of the step number."""

import math

import torch
from torch import nn
from torch.optim import AdamW

from luthier.facts.plan import Schedule, TrainPlan
from luthier.strategies._contract import Group


def build_optimiser(groups: tuple[Group, ...], plan: TrainPlan) -> AdamW:
    """AdamW with bias correction; biases and norms are not decayed.

    Vectors (one dimension) are biases and norms in every architecture; matrices are decayed. Each group becomes two
    parameter groups that share its name.
    """
    settings = []
    for group in groups:
        learning = [p for p in group.parameters if p.requires_grad]
        matrices = [p for p in learning if p.ndim > 1]
        vectors = [p for p in learning if p.ndim <= 1]
        for parameters, decay in ((matrices, plan.weight_decay), (vectors, 0.0)):
            if parameters:
                settings.append(
                    {"params": parameters, "lr": 0.0, "peak": group.rate, "weight_decay": decay, "name": group.name}
                )
    return AdamW(settings, betas=(0.9, 0.999), eps=1e-8, fused=True)


def rate_factor(step: int, total: int, warmup_steps: int, schedule: Schedule) -> float:
    """Share of the peak rate at an optimiser step.

    Args:
        step: from 0; the first step already has a rate above zero.
        total: optimiser steps of the run.
        warmup_steps: steps in which the rate climbs.
        schedule: shape after warmup; "linear" and "cosine" reach zero just after the last step.

    Returns:
        0 to 1.
    """
    if step < warmup_steps:
        return (step + 1) / (warmup_steps + 1)
    if schedule == "constant":
        return 1.0
    progress = (step - warmup_steps) / max(1, total - warmup_steps)
    return 1.0 - progress if schedule == "linear" else 0.5 * (1.0 + math.cos(math.pi * progress))


def set_rates(optimiser: AdamW, factor: float) -> dict[str, float]:
    """Set every group to this share of its peak; returns group name to rate."""
    rates = {}
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * factor
        rates[group["name"]] = group["lr"]
    return rates


def freeze_all_but(model: nn.Module, groups: tuple[Group, ...]) -> None:
    """Let exactly the groups' parameters learn."""
    learning = {id(p) for group in groups for p in group.parameters}
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) in learning)


def class_weights(counts: list[int]) -> torch.Tensor:
    """Inverse-frequency weights, (classes,), with mean one over the rows (King & Zeng 2001)."""
    total = sum(counts)
    return torch.tensor([total / (len(counts) * max(1, count)) for count in counts], dtype=torch.float32)
