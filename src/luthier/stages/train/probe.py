"""A short measurement of this model on this machine: tokens per second, for the budget."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch

from luthier.facts.speed import Speed
from luthier.models.parts import parts
from luthier.stages.train.loop import autocast
from luthier.stages.train.optimiser import build_optimiser, freeze_all_but
from luthier.stages.train.setup import SetUp
from luthier.tasks._batches import Batch, collate, shuffled_batches

_SECONDS = 2.0
_LEAST = 3


def measure_speed(setup: SetUp) -> Speed:
    """Run a few real batches forward, and forward and backward. The set-up must be thrown away afterwards."""
    started = time.perf_counter()
    batches = [
        collate(setup.encoded["train"], rows, setup.pad_id)
        for rows in shuffled_batches(setup.encoded["train"].lengths, setup.plan.train.batch_size, setup.plan.seed, 0)[
            :50
        ]
    ]
    freeze_all_but(setup.model, setup.prepared.groups)
    optimiser = build_optimiser(setup.prepared.groups, setup.plan.train)

    def forward(batch: Batch) -> None:
        with torch.no_grad(), autocast(setup.plan, torch.device("cpu")):
            setup.model(input_ids=batch.ids, attention_mask=batch.mask)

    def train(batch: Batch) -> None:
        with autocast(setup.plan, torch.device("cpu")):
            logits = setup.model(input_ids=batch.ids, attention_mask=batch.mask).logits
        torch.autograd.backward(setup.task.loss(logits, batch.targets, setup.plan, None))

    def update(_: Batch) -> None:
        optimiser.step()

    setup.model.eval()
    forward_speed = _tokens_per_second(forward, batches)
    setup.model.train()
    train_speed = _tokens_per_second(train, batches)
    return Speed(
        forward_tokens_per_second=forward_speed,
        train_tokens_per_second=train_speed,
        step_seconds=float(np.median([_seconds(update, batches[0]) for _ in range(_LEAST)])),
        layers=len(parts(setup.model).layers),
        seconds=time.perf_counter() - started,
    )


def _tokens_per_second(run: Callable[[Batch], None], batches: Sequence[Batch]) -> float:
    """Tokens over seconds, after a batch that warms up, until the time is used."""
    run(batches[0])
    tokens, seconds, done = 0, 0.0, 0
    while done < _LEAST or seconds < _SECONDS:
        batch = batches[done % len(batches)]
        seconds += _seconds(run, batch)
        tokens += batch.ids.numel()
        done += 1
    return tokens / seconds


def _seconds(run: Callable[[Batch], None], batch: Batch) -> float:
    started = time.perf_counter()
    run(batch)
    return time.perf_counter() - started
