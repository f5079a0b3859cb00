"""Dropout from bytes: the rate, the expectation, independence, determinism, gradient."""

import pytest
import torch
from torch import nn

from luthier.models.dropout import Dropout, dropout, replace_dropout

MANY = 2_000_000


@pytest.mark.parametrize("probability", [0.05, 0.1, 0.3, 0.5, 0.9])
def test_rate_and_expectation(probability: float) -> None:
    """The share dropped is the probability rounded to 1/256, and the mean stays; both within five standard errors."""
    exact = round(probability * 256) / 256

    dropped = dropout(torch.ones(MANY), probability)

    share = float((dropped == 0).double().mean())
    error = (exact * (1 - exact) / MANY) ** 0.5
    assert abs(exact - probability) <= 1 / 512
    assert abs(share - exact) < 5 * error
    assert abs(float(dropped.double().mean()) - 1.0) < 5 * error / (1 - exact)
    assert dropped.unique().numel() == 2


def test_neighbours_are_independent() -> None:
    """Eight masks come from one draw; no two positions of the eight go together."""
    bits = (dropout(torch.ones(MANY), 0.25) == 0).double().view(-1, 8)

    correlation = torch.corrcoef(bits.T) - torch.eye(8)

    assert correlation.abs().max() < 5 / len(bits) ** 0.5


def test_as_repeatable_as_the_generator() -> None:
    """The same seed drops the same elements; the next call drops others."""
    states = torch.randn(64, 64)
    torch.manual_seed(1)
    first, second = dropout(states, 0.1), dropout(states, 0.1)
    torch.manual_seed(1)

    assert torch.equal(dropout(states, 0.1), first)
    assert not torch.equal(first, second)


def test_the_gradient_passes_where_the_value_did() -> None:
    """The gradient of what was kept is the scale, of what was dropped zero."""
    states = torch.randn(1000, requires_grad=True)
    out = dropout(states, 0.5)

    out.sum().backward()

    assert torch.equal(states.grad, torch.where(out == 0, 0.0, 2.0))


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (2, 3, 4), (0,)])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_shape_and_dtype_stay(shape: tuple[int, ...], kind: torch.dtype) -> None:
    """Sizes that are no multiple of eight, and bf16, come out as they went in."""
    dropped = dropout(torch.ones(shape, dtype=kind), 0.3)

    assert dropped.shape == shape
    assert dropped.dtype == kind


def test_the_ends() -> None:
    """Nothing is dropped at 0, everything at 1, and nothing outside training."""
    states = torch.randn(100)

    assert torch.equal(dropout(states, 0.0), states)
    assert torch.equal(dropout(states, 1.0), torch.zeros(100))
    assert torch.equal(Dropout(0.5).eval()(states), states)
    assert not torch.equal(Dropout(0.5).train()(states), states)


def test_replaces_every_dropout() -> None:
    """All of a model's dropouts, nested ones too, with their probabilities."""
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.1), nn.Sequential(nn.Dropout(0.4), nn.ReLU()))

    replace_dropout(model)

    assert [type(m) for m in model.modules()].count(nn.Dropout) == 0
    assert [m.p for m in model.modules() if isinstance(m, Dropout)] == [0.1, 0.4]
