"""Every step of somebody else's trainer as a `Step`, without making the accelerator wait."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from luthier.facts.trace import Step
from luthier.integrations.opened import base_of
from luthier.stages.diagnose.readers.heads import is_embedding, is_head
from luthier.stages.train.measures.updates import UpdateRatio
from luthier.strategies._contract import Group

EVERYTHING = "all"


@dataclass(slots=True)
class _Pending:
    """A step whose numbers may still be on the accelerator."""

    number: int
    epoch: float
    rates: dict[str, float]
    seconds: float
    rows: int = 0
    padded: int = 0
    tokens: list[Tensor] = field(default_factory=list)
    losses: list[Tensor] = field(default_factory=list)
    norm: Any = None
    ratios: dict[str, float] = field(default_factory=dict)


class Watching:
    """Collects what the taps hear; `steps` turns it into numbers, all at once.

    Args:
        model: what is trained.
        optimiser: as Trainer made it; its groups name the rates.
        limit: gradient norm from which Trainer clips; 0 means no clipping.
        every: steps between two looks; update ratios are measured on these steps alone and NaN on the others.
    """

    def __init__(self, model: Any, optimiser: Any, limit: float, every: int) -> None:
        self._optimiser, self._limit, self._every = optimiser, limit, every
        groups = _parts(model)
        self._groups = [group.name for group in groups]
        self._updates = UpdateRatio(groups)
        self._rate_names = _rate_names(optimiser, model)
        self._pending: list[_Pending] = []
        self._began = time.perf_counter()
        self._now = self._fresh()

    def _fresh(self) -> _Pending:
        return _Pending(0, 0.0, {}, 0.0)

    def heard_loss(self, inputs: Any, loss: Tensor) -> None:
        """A batch went forward and back."""
        now, ids = self._now, _first_tensor(inputs)
        now.losses.append(loss.detach())
        if ids is not None:
            mask = inputs.get("attention_mask")
            now.rows += ids.shape[0]
            now.padded += ids.numel()
            now.tokens.append(mask.sum() if isinstance(mask, Tensor) else torch.tensor(ids.numel()))

    def heard_norm(self, norm: Any) -> None:
        """The gradients of a step have this norm before clipping."""
        self._now.norm = norm.detach() if isinstance(norm, Tensor) else norm

    def before_step(self, number: int) -> None:
        """The optimiser is about to make this step."""
        groups = self._optimiser.param_groups
        self._now.rates = {name: float(group["lr"]) for name, group in zip(self._rate_names, groups, strict=True)}
        if number % self._every == 0:
            self._updates.before()

    def after_step(self, number: int) -> None:
        """The optimiser has made this step."""
        if number % self._every == 0:
            self._now.ratios = self._updates.after()

    def end_step(self, number: int, epoch: float) -> None:
        """The step is over."""
        ended = time.perf_counter()
        self._now.number, self._now.epoch, self._now.seconds = number, epoch, ended - self._began
        self._pending.append(self._now)
        self._now, self._began = self._fresh(), ended

    def steps(self) -> list[Step]:
        """The steps since the last call. This is where the accelerator is waited for."""
        waiting, self._pending = self._pending, []
        scalars = [scalar for one in waiting for scalar in (*one.losses, *one.tokens, _tensor(one.norm))]
        if not scalars:
            return []
        device = scalars[0].device
        values = iter(torch.stack([one.to(device, torch.float64).reshape(()) for one in scalars]).tolist())
        return [self._step(one, values) for one in waiting]

    def _step(self, one: _Pending, values: Any) -> Step:
        loss = sum(next(values) for _ in one.losses)
        tokens = sum(next(values) for _ in one.tokens)
        norm = next(values)
        ratios = {name: one.ratios.get(name, math.nan) for name in self._groups}
        return Step(
            number=one.number,
            epoch=one.epoch,
            rows=one.rows,
            tokens=int(tokens),
            padded_tokens=one.padded,
            loss=loss if one.losses else math.nan,
            rates=one.rates,
            grad_norms={EVERYTHING: norm},
            update_ratios=ratios,
            clipped=self._limit > 0 and norm > self._limit,
            seconds=one.seconds,
        )


def _tensor(norm: Any) -> Tensor:
    if isinstance(norm, Tensor):
        return norm
    return torch.tensor(float(norm) if isinstance(norm, int | float) else math.nan)


def _first_tensor(inputs: Any) -> Tensor | None:
    """The input ids, else the first tensor with rows."""
    if not hasattr(inputs, "get"):
        return None
    ids = inputs.get("input_ids")
    if isinstance(ids, Tensor):
        return ids
    return next((one for one in inputs.values() if isinstance(one, Tensor) and one.dim()), None)


def part_of(name: str) -> str:
    """Where a weight belongs: "adapter", "head", "embeddings" or "encoder"; the last means every other layer."""
    if "lora_" in name:
        return "adapter"
    if is_head(name) or "modules_to_save" in name:
        return "head"
    return "embeddings" if is_embedding(name) else "encoder"


def _parts(model: Any) -> tuple[Group, ...]:
    found: dict[str, list[Any]] = {}
    for name, parameter in base_of(model).named_parameters():
        if parameter.requires_grad and parameter.numel() and parameter.is_contiguous():
            found.setdefault(part_of(name), []).append(parameter)
    return tuple(Group(name, tuple(parameters), 0.0) for name, parameters in sorted(found.items()))


def _rate_names(optimiser: Any, model: Any) -> list[str]:
    """A name for each group of the optimiser: "all" where one rate serves all of them, else the part that it holds."""
    groups = optimiser.param_groups
    if len({group.get("initial_lr", group["lr"]) for group in groups}) == 1:
        return [EVERYTHING] * len(groups)
    homes = {id(parameter): part_of(name) for name, parameter in base_of(model).named_parameters()}
    names = []
    for number, group in enumerate(groups):
        held = {homes.get(id(parameter), "") for parameter in group["params"]}
        names.append(held.pop() if len(held) == 1 else f"group {number}")
    return names
