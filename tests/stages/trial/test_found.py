"""Putting a model and the random state back."""

import os
import random
import signal

import numpy as np
import pytest
import torch

from luthier.stages.trial.found import _uninterrupted, as_found, random_state_kept
from tests.stages.trial.subjects import Reader


def test_random_state_is_kept() -> None:
    """Draws in the block do not move anybody's generator."""
    expected = (random.random(), np.random.rand(), float(torch.rand(1)))
    random.seed(0), np.random.seed(0), torch.manual_seed(0)
    with random_state_kept():
        random.random(), np.random.rand(9), torch.rand(9)

    assert (random.random(), np.random.rand(), float(torch.rand(1))) == expected


def test_a_cast_of_the_whole_model_is_undone() -> None:
    """Evaluation in 16 bits gives every weight another storage; the old one comes back, with its values."""
    model = Reader()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    storages = [p.data_ptr() for p in model.parameters()]
    with as_found(model):
        model.to(torch.bfloat16)

    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert [p.data_ptr() for p in model.parameters()] == storages


def test_gradients_are_the_same_objects() -> None:
    """A gradient that was there is there again, untouched; within the block there is none."""
    model = Reader()
    gradient = torch.ones_like(model.head.weight)
    model.head.weight.grad = gradient
    with as_found(model):
        assert model.head.weight.grad is None
        model.head.weight.grad = torch.zeros_like(gradient)

    assert model.head.weight.grad is gradient
    assert torch.equal(gradient, torch.ones_like(gradient))


def test_an_interrupt_waits_until_all_is_back() -> None:
    """Ctrl-C in the middle of putting back has its effect after it."""
    steps = []
    with pytest.raises(KeyboardInterrupt), _uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        steps.append("still here")

    assert steps == ["still here"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
