"""A trainer held still."""

from pathlib import Path
from typing import Any

import pytest
import torch

from luthier.facts.scene import LiveScene
from luthier.integrations.held import OptimiserFound, held
from luthier.integrations.stage import build


@pytest.fixture
def trainer(tmp_path: Path) -> Any:
    """A classifier in a Trainer."""
    return build(LiveScene(), tmp_path)


def test_everything_is_put_back(trainer: Any) -> None:
    """New attributes go, changed ones return, lists and dictionaries have their content again."""
    trainer.counts = {"train": [1.0], "eval": []}
    callbacks = list(trainer.callback_handler.callbacks)
    with held(trainer):
        trainer.counts["train"].append(2.0)
        trainer.counts["test"] = [3.0]
        trainer.extra = True
        trainer.state.log_history.append({"loss": 1.0})
        trainer.args.learning_rate = 9.0
        trainer.model.config.use_cache = True
        trainer.accelerator._models.append(trainer.model)
        trainer.accelerator.gradient_state.sync_gradients = "changed"
        trainer.data_collator = None

    assert trainer.counts == {"train": [1.0], "eval": []}
    assert not hasattr(trainer, "extra")
    assert trainer.state.log_history == []
    assert trainer.args.learning_rate == 5e-5
    assert trainer.model.config.use_cache is False
    assert trainer.accelerator._models == []
    assert trainer.accelerator.gradient_state.sync_gradients is True
    assert trainer.data_collator is not None
    assert trainer.callback_handler.callbacks == callbacks


def test_deaf_and_offline_meanwhile(trainer: Any) -> None:
    """Callbacks hear nothing and nothing is pushed, also where the user asked for it."""
    trainer.args.push_to_hub = True
    with held(trainer):
        assert trainer.callback_handler.callbacks == []
        assert trainer.args.push_to_hub is False

    assert trainer.args.push_to_hub is True


def test_put_back_after_an_error(trainer: Any) -> None:
    """An error in the block changes nothing."""
    with pytest.raises(ValueError, match="planted"), held(trainer):
        trainer.extra = True
        raise ValueError("planted")

    assert not hasattr(trainer, "extra")


def test_an_optimiser_with_state() -> None:
    """State, rates and counters of an optimiser return, as new tensors with the old values."""
    weight = torch.nn.Parameter(torch.ones(3))
    optimiser = torch.optim.AdamW([weight], lr=0.5)
    weight.grad = torch.ones(3)
    optimiser.step()
    before = {name: value.clone() for name, value in optimiser.state[weight].items()}
    found = OptimiserFound(optimiser)
    for _ in range(2):
        optimiser.step()
        optimiser.param_groups[0]["lr"] = 0.1
        optimiser.param_groups[0]["initial_lr"] = 0.1
        found.put_back()

        assert all(torch.equal(value, before[name]) for name, value in optimiser.state[weight].items())
        assert optimiser.param_groups[0]["lr"] == 0.5
        assert "initial_lr" not in optimiser.param_groups[0]
