"""The loop: a generator of `Step`.

It trains and measures, nothing else. Logging, judging, evaluating and saving are its caller's business, between two
steps. All it needs to go on from some step is what `state` returns.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import torch
from accelerate import Accelerator
from torch import Tensor

from luthier.errors import RunError
from luthier.facts.plan import Plan
from luthier.facts.trace import Step
from luthier.models.load import Classifier
from luthier.models.parts import parts
from luthier.stages.train.loader import load_batches
from luthier.stages.train.measures.gradients import clip, gradient_norms
from luthier.stages.train.measures.updates import UpdateRatio
from luthier.stages.train.optimiser import build_optimiser, freeze_all_but, rate_factor, set_rates
from luthier.strategies._contract import Prepared
from luthier.tasks._batches import Batch, Feed, WordDropout, shuffled_batches
from luthier.tasks._contract import Encoded, Task


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that one attempt trains with.

    Attributes:
        plan: the decisions.
        task: gives the loss.
        model: a classifier; frozen leading parts may be replayed.
        prepared: what the strategy decided.
        encoded: training rows.
        pad_id: id of the padding token, as the model's table knows it.
        weights: weight of each class in the loss, or None.
        word_dropout: augmentation, or None.
        feed: puts kept states into the model before a forward pass, or None.
    """

    plan: Plan
    task: Task
    model: Classifier
    prepared: Prepared
    encoded: Encoded
    pad_id: int
    weights: Tensor | None = None
    word_dropout: WordDropout | None = None
    feed: Feed | None = None

    @property
    def steps_per_epoch(self) -> int:
        """Optimiser steps in one pass."""
        batches = math.ceil(len(self.encoded) / self.plan.train.batch_size)
        return math.ceil(batches / self.plan.train.accumulation)

    @property
    def total_steps(self) -> int:
        """Optimiser steps of the run."""
        return max(1, round(self.plan.train.epochs * self.steps_per_epoch))


class Training:
    """A run in progress. Iterate over `steps()`; between two steps the model may be evaluated and `state()` saved."""

    def __init__(self, job: Job, accelerator: Accelerator) -> None:
        self.job = job
        self.done = 0
        freeze_all_but(job.model, job.prepared.groups)
        self._accelerator = accelerator
        self._model, self._optimiser = accelerator.prepare(
            job.model, build_optimiser(job.prepared.groups, job.plan.train)
        )
        self._model.eval()
        self._updates = UpdateRatio(job.prepared.groups)
        self._warmup = math.ceil(job.plan.train.warmup * job.total_steps)

    def steps(self) -> Iterator[Step]:
        """Train from where the run stands to its planned end."""
        per_epoch = self.job.steps_per_epoch
        while self.done < self.job.total_steps:
            epoch, within = divmod(self.done, per_epoch)
            batches = self._epoch_batches(epoch, within)
            for _ in range(min(per_epoch - within, self.job.total_steps - self.done)):
                yield self._step(list(islice(batches, self.job.plan.train.accumulation)))

    def _epoch_batches(self, epoch: int, steps_done: int) -> Iterator[Batch]:
        job, train = self.job, self.job.plan.train
        order = shuffled_batches(job.encoded.lengths, train.batch_size, job.plan.seed, epoch)
        return load_batches(
            job.encoded,
            order[steps_done * train.accumulation :],
            job.pad_id,
            epoch=epoch,
            workers=train.workers,
            word_dropout=job.word_dropout,
        )

    def _step(self, batches: list[Batch]) -> Step:
        started = time.perf_counter()
        train, groups = self.job.plan.train, self.job.prepared.groups
        factor = rate_factor(self.done, self.job.total_steps, self._warmup, train.schedule)
        rates = set_rates(self._optimiser.optimizer, factor)
        if not self._model.training:
            self._set_modes()
        rows = sum(len(batch.rows) for batch in batches)
        loss = sum(self._backward(batch, len(batch.rows) / rows) for batch in batches)
        norms, total = gradient_norms(groups)
        clipped = clip(groups, total, train.clip)
        self._updates.before()
        self._optimiser.step()
        self._optimiser.zero_grad()
        self.done += 1
        return Step(
            number=self.done,
            epoch=self.done / self.job.steps_per_epoch,
            rows=rows,
            tokens=sum(batch.tokens for batch in batches),
            padded_tokens=sum(batch.ids.numel() for batch in batches),
            loss=float(loss),
            rates=rates,
            grad_norms=norms,
            update_ratios=self._updates.after(),
            clipped=clipped,
            seconds=time.perf_counter() - started,
        )

    def _set_modes(self) -> None:
        """Training mode for what learns; frozen leading parts stay as they predict, without dropout."""
        self._model.train()
        prepared = self.job.prepared
        if prepared.frozen_layers and self.job.feed is None:
            model_parts = parts(self.job.model)
            for module in (model_parts.embeddings, *model_parts.layers[: prepared.frozen_layers]):
                module.eval()

    def _backward(self, batch: Batch, share: float) -> float:
        """Add the gradient of a batch, weighed by its share of the rows of the step, as one large batch would."""
        if self.job.feed is not None:
            self.job.feed(batch)
        device = self._accelerator.device
        with autocast(self.job.plan, device):
            logits = self._model(input_ids=batch.ids.to(device), attention_mask=batch.mask.to(device)).logits
        loss = self.job.task.loss(logits, batch.targets.to(device), self.job.plan, self.job.weights) * share
        self._accelerator.backward(loss)
        return float(loss.detach())

    def state(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """What the run is made of now, apart from its position: weights that learn, and optimiser with random state."""
        weights, optimiser = {}, {"random": torch.get_rng_state()}
        if self._accelerator.device.type == "cuda":
            optimiser["random_cuda"] = torch.cuda.get_rng_state(self._accelerator.device)
        for name, parameter in self.job.model.named_parameters():
            if parameter.requires_grad:
                weights[name] = parameter.detach()
                for key, value in self._optimiser.optimizer.state.get(parameter, {}).items():
                    optimiser[f"{key}:{name}"] = value
        return weights, optimiser

    def restore(self, weights: dict[str, Tensor], optimiser: dict[str, Tensor], done: int) -> None:
        """Go back to a state; the next step is `done` + 1.

        Raises:
            RunError: the state is that of another model.
        """
        learning = {name: p for name, p in self.job.model.named_parameters() if p.requires_grad}
        if {name: p.shape for name, p in learning.items()} != {name: w.shape for name, w in weights.items()}:
            raise RunError(
                "the checkpoint holds other weights than this plan trains",
                where="checkpoints",
                next_step="was it written by another version of Luthier? Go on with that, or start the run anew",
            )
        kept: dict[str, dict[str, Tensor]] = {name: {} for name in learning}
        for key, value in optimiser.items():
            part, _, name = key.partition(":")
            if name:
                kept[name][part] = value
        with torch.no_grad():
            for name, parameter in learning.items():
                parameter.copy_(weights[name])
                self._optimiser.optimizer.state[parameter] = kept[name]
        torch.set_rng_state(optimiser["random"])
        if self._accelerator.device.type == "cuda" and "random_cuda" in optimiser:
            torch.cuda.set_rng_state(optimiser["random_cuda"], self._accelerator.device)
        self.done = done


def autocast(plan: Plan, device: torch.device) -> torch.autocast:
    """The plan's precision for one forward pass."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=plan.train.precision == "bf16")
