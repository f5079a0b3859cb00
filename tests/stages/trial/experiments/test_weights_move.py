"""Weights after a few steps."""

import torch

from tests.stages.trial.subjects import Reader, ask, subject


def test_healthy() -> None:
    """All tensors change, and nearly every weight that has a gradient."""
    one = ask("weights_move", subject())

    assert one.answer == "passed"
    assert one.numbers["identical"] == 0
    assert float(one.numbers["lost"]) < 0.01
    assert one.numbers["type"] == "float32"


def test_left_out_of_the_optimiser() -> None:
    """A trainable tensor in no group never moves, and is named."""
    model = Reader()
    one = ask("weights_move", subject(model, optimiser=lambda: torch.optim.AdamW(model.head.parameters(), lr=1e-3)))

    assert one.answer == "failed"
    assert one.numbers["identical"] == one.numbers["outside"] == 3
    assert one.numbers["first_identical"] == "embedding.weight"


def test_rate_of_zero() -> None:
    """An optimiser without a rate moves nothing."""
    model = Reader()
    adam = torch.optim.AdamW
    one = ask("weights_move", subject(model, optimiser=lambda: adam(model.parameters(), lr=0.0, weight_decay=0.0)))

    assert one.numbers["identical"] == one.numbers["tensors"] == 5


def test_updates_lost_in_rounding() -> None:
    """Weights kept in bf16 stand still under a small rate, although each has a gradient."""
    model = Reader().bfloat16()
    groups = [{"params": list(model.parameters()), "name": "all"}]
    one = ask("weights_move", subject(model, optimiser=lambda: torch.optim.AdamW(groups, lr=1e-6, weight_decay=0.0)))

    assert one.answer == "failed"
    assert float(one.numbers["lost"]) > 0.5
    assert one.numbers["type"] == "bfloat16"


def test_nothing_learns() -> None:
    """A model that is frozen whole fails."""
    model = Reader()
    model.requires_grad_(False)

    assert ask("weights_move", subject(model)).answer == "failed"
