"""Our accelerator beside those of others in one process."""

from collections.abc import Iterator

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

from luthier.stages.train.accelerator import own_accelerator


@pytest.fixture(autouse=True)
def _theirs() -> Iterator[None]:
    """A Trainer in bf16 was here before."""
    kept = dict(AcceleratorState._shared_state)
    AcceleratorState._reset_state()
    Accelerator(cpu=True, mixed_precision="bf16")
    yield
    AcceleratorState._shared_state.clear()
    AcceleratorState._shared_state.update(kept)


def test_models_stay_in_full_precision() -> None:
    """What ours prepares computes in fp32, whatever others set."""
    with own_accelerator() as accelerator:
        model = accelerator.prepare(torch.nn.Linear(4, 4))
        with torch.no_grad():
            found = model(torch.full((1, 4), 0.1))

        plain = torch.nn.functional.linear(torch.full((1, 4), 0.1), model.weight, model.bias)
        assert torch.equal(found, plain)


@pytest.mark.parametrize("ends", ["well", "badly"])
def test_theirs_is_put_back(ends: str) -> None:
    """Also when the run ends with an error."""
    try:
        with own_accelerator():
            assert AcceleratorState().mixed_precision == "no"
            if ends == "badly":
                raise ValueError
    except ValueError:
        pass

    assert AcceleratorState().mixed_precision == "bf16"
