"""Where the gradient goes."""

import torch
from torch import nn

from tests.stages.trial.subjects import Reader, ask, subject


def test_healthy() -> None:
    """Every tensor is reached."""
    one = ask("gradient_reach", subject())

    assert one.answer == "passed"
    assert one.numbers["missed"] == one.numbers["stray"] == one.numbers["not_finite"] == 0


def test_part_that_nothing_uses() -> None:
    """A layer beside the path gets no gradient, and is named."""
    model = Reader()
    model.spare = nn.Linear(2, 2)
    one = ask("gradient_reach", subject(model))

    assert one.answer == "failed"
    assert one.numbers["missed"] == 2
    assert one.numbers["first_missed"] == "spare.bias"


def test_head_of_zeros() -> None:
    """A body under a head of zeros is reached after the first step, as the first matrix of a LoRA pair is."""
    model = Reader()
    nn.init.zeros_(model.head.weight)

    assert ask("gradient_reach", subject(model)).answer == "passed"


def test_learns_what_should_be_frozen() -> None:
    """A parameter that requires a gradient and should not is a stray."""
    one = ask("gradient_reach", subject(learns=frozenset({"head.weight", "head.bias"})))

    assert one.answer == "failed"
    assert one.numbers["stray"] == 3


def test_frozen_what_should_learn() -> None:
    """A parameter that should learn and requires no gradient is missed."""
    model = Reader()
    wanted = frozenset(name for name, _ in model.named_parameters())
    model.hidden.requires_grad_(False)

    assert ask("gradient_reach", subject(model, learns=wanted)).numbers["missed"] == 2


def test_not_finite() -> None:
    """A gradient that is not a number is told."""
    model = Reader()
    with torch.no_grad():
        model.hidden.weight[0, 0] = float("nan")
    one = ask("gradient_reach", subject(model, clip=0.0))

    assert one.answer == "failed"
    assert int(one.numbers["not_finite"]) > 0


def test_nothing_learns() -> None:
    """A model that is frozen whole fails."""
    model = Reader()
    model.requires_grad_(False)

    assert ask("gradient_reach", subject(model)).answer == "failed"
