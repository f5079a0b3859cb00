"""The loop: accumulation, determinism, and a state from which a run goes on to the same weights."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate import Accelerator

from luthier.errors import RunError
from luthier.facts.trace import Step
from luthier.models.dropout import Dropout
from luthier.stages.train.loop import Training
from luthier.tasks._batches import collate, shuffled_batches
from tests.stages.train.jobs import job_of, plan, same, setup_of, training_of, weights_of

STRATEGIES = ("full", "top_layers", "frozen_body")


def gradients(training: Training, batch_size: int) -> dict[str, torch.Tensor]:
    """Of the first step over the first 20 rows, without dropout, in batches of this size."""
    job = training.job
    for module in job.model.modules():
        if isinstance(module, Dropout):
            module.p = 0.0
    kept: dict[str, torch.Tensor] = {}

    def keep() -> None:
        kept.update({n: p.grad.clone() for n, p in job.model.named_parameters() if p.grad is not None})

    training._updates.before = keep  # type: ignore[method-assign]
    rows = np.arange(20)
    parts = [rows[start : start + batch_size] for start in range(0, 20, batch_size)]
    training._step([collate(job.encoded, part, job.pad_id) for part in parts])
    return kept


@pytest.mark.parametrize("class_weights", [False, True])
def test_accumulation_equals_one_large_batch(tiny_model: Path, class_weights: bool) -> None:
    """20 rows as 8 + 8 + 4 give the gradients of 20 at once: batches count by their rows, not by their number."""
    wanted = plan(class_weights=class_weights)
    large = gradients(training_of(tiny_model, wanted), 20)
    small = gradients(training_of(tiny_model, wanted), 8)

    assert large.keys() == small.keys()
    for name in large:
        torch.testing.assert_close(small[name], large[name], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_plan_gives_the_same_weights(tiny_model: Path, strategy: str) -> None:
    """Bit for bit, with dropout and augmentation; another seed gives others."""
    wanted = plan(strategy, word_dropout=0.2, accumulation=2)
    first, again = training_of(tiny_model, wanted), training_of(tiny_model, wanted)
    for training in (first, again):
        torch.manual_seed(wanted.seed)
        list(training.steps())

    assert same(weights_of(first), weights_of(again))
    torch.manual_seed(1)
    other = training_of(tiny_model, wanted)
    list(other.steps())
    assert strategy == "frozen_body" or not same(weights_of(first), weights_of(other))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("workers", "stop"), [(0, 1), (0, 3), (2, 4)])
def test_going_on_from_a_state(tiny_model: Path, strategy: str, workers: int, stop: int) -> None:
    """Within an epoch and at its end: weights, optimiser and random state end as if undisturbed, bit for bit."""
    wanted = plan(strategy, word_dropout=0.2, accumulation=2, workers=workers)
    undisturbed = training_of(tiny_model, wanted)
    assert undisturbed.job.steps_per_epoch == 3
    torch.manual_seed(wanted.seed)
    steps = list(undisturbed.steps())

    stopped = training_of(tiny_model, wanted)
    torch.manual_seed(wanted.seed)
    list(islice(stopped.steps(), stop))
    state = tuple({name: value.clone() for name, value in part.items()} for part in stopped.state())
    torch.rand(7)
    gone_on = training_of(tiny_model, wanted)
    gone_on.restore(*state, done=stop)
    rest = list(gone_on.steps())

    assert [told(step) for step in rest] == [told(step) for step in steps[stop:]]
    assert all(same(a, b) for a, b in zip(gone_on.state(), undisturbed.state(), strict=True))
    assert same(weights_of(gone_on), weights_of(undisturbed))


def told(step: Step) -> tuple[object, ...]:
    """A step without its time."""
    return (step.number, step.epoch, step.loss, step.rates, step.grad_norms, step.update_ratios, step.tokens)


def test_a_state_of_another_model_is_refused(tiny_model: Path) -> None:
    """Other weights learn: going on would train something else."""
    other = training_of(tiny_model, plan("frozen_body"))

    with pytest.raises(RunError, match="holds other weights"):
        training_of(tiny_model, plan("full")).restore(*other.state(), done=1)


def test_what_a_step_tells(tiny_model: Path) -> None:
    """Numbers, rows with an uneven last batch, tokens without and with padding, and a clip where there is one."""
    training = training_of(tiny_model, plan(accumulation=4, clip=1e-6))
    steps = list(training.steps())
    encoded = training.job.encoded

    assert [step.number for step in steps] == [1, 2, 3, 4]
    assert steps[0].rows + steps[1].rows == steps[2].rows + steps[3].rows == 42
    assert sum(step.tokens for step in steps[:2]) == int(encoded.lengths.sum())
    assert all(step.padded_tokens >= step.tokens and step.clipped for step in steps)
    assert steps[1].epoch == 1.0
    assert set(steps[0].rates) == set(steps[0].grad_norms) == set(steps[0].update_ratios)


def test_fractions_of_an_epoch(tiny_model: Path) -> None:
    """Half an epoch is half of its steps; the least is one."""
    assert len(list(training_of(tiny_model, plan(epochs=0.5)).steps())) == 3
    assert training_of(tiny_model, plan(epochs=0.01)).job.total_steps == 1


def test_the_order_is_that_of_the_plan(tiny_model: Path) -> None:
    """The loop trains on what `shuffled_batches` says."""
    setup = setup_of(tiny_model, plan())
    training = Training(job_of(setup), Accelerator(cpu=True))
    order = shuffled_batches(setup.encoded["train"].lengths, 8, setup.plan.seed, epoch=0)
    lengths = setup.encoded["train"].lengths

    first = next(training.steps())
    assert first.tokens == int(lengths[order[0]].sum())
