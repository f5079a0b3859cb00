"""Schedules as Transformers computes them."""

import pytest
import torch
from transformers import get_scheduler

from luthier.scenes.schedules import rate_at


@pytest.mark.parametrize(
    "kind", ["linear", "cosine", "constant", "constant_with_warmup", "inverse_sqrt", "something_new"]
)
@pytest.mark.parametrize("warmup", [0, 7])
def test_like_transformers(kind: str, warmup: int) -> None:
    """Each step gets the rate that Transformers' schedule gives it; what is not known falls in a straight line."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=2.0)
    known = kind if kind != "something_new" else "linear"
    theirs = get_scheduler(known, optimizer, num_warmup_steps=warmup, num_training_steps=40)

    for step in range(40):
        assert 2.0 * rate_at(kind, step, warmup, 40) == pytest.approx(theirs.get_last_lr()[0])
        optimizer.step()
        theirs.step()
