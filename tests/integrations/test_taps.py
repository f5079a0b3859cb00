"""Listening to a trainer and leaving it alone afterwards."""

from pathlib import Path
from typing import Any

import torch

from luthier.facts.scene import LiveScene
from luthier.integrations.stage import build
from luthier.integrations.taps import Taps, running_trainer


def test_heard(tmp_path: Path) -> None:
    """Each batch and each norm is heard, and what the trainer gets is what it would have got."""
    made = build(LiveScene(arguments={"max_steps": 3, "eval_strategy": "no"}), tmp_path)
    losses: list[float] = []
    norms: list[float] = []
    taps = Taps(made, lambda inputs, loss: losses.append(float(loss)), lambda norm: norms.append(float(norm)))
    made.train()
    taps.remove()

    logged = [entry for entry in made.state.log_history if "grad_norm" in entry]
    assert [round(one, 4) for one in losses] == [round(entry["loss"], 4) for entry in logged]
    assert [round(one, 4) for one in norms] == [round(entry["grad_norm"], 4) for entry in logged]


def test_removed(tmp_path: Path) -> None:
    """The copies go; one that somebody else has put there since stays."""
    made = build(LiveScene(), tmp_path)
    before = set(vars(made))
    taps = Taps(made, lambda inputs, loss: None, lambda norm: None)
    assert set(vars(made)) - before == {"training_step"}
    taps.remove()
    assert set(vars(made)) == before

    taps = Taps(made, lambda inputs, loss: None, lambda norm: None)
    made.training_step = other = lambda model, inputs, items: torch.zeros(())
    taps.remove()
    assert made.training_step is other


def test_the_trainer_on_the_stack() -> None:
    """The object whose handler holds the callback is found from below; where there is none, nothing is."""

    class Handler:
        def __init__(self, callback: object) -> None:
            self.callbacks = [callback]

        def call(self, callback: object) -> Any:
            return running_trainer(callback)

    class Own:
        def __init__(self, callback: object) -> None:
            self.callback_handler = Handler(callback)

        def train(self, callback: object) -> Any:
            return self.callback_handler.call(callback)

    callback = object()
    own = Own(callback)

    assert own.train(callback) is own
    assert own.train(object()) is None
    assert running_trainer(callback) is None
