"""Labels that do not belong to their rows."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from luthier.stages.trial.experiments.permuted_labels import probe
from luthier.stages.trial.subject import Rows
from tests.stages.trial.subjects import ask, rows, subject


def test_healthy() -> None:
    """Inputs that do not hold the label are the same for any label."""
    one = ask("permuted_labels", subject())

    assert one.answer == "passed"
    assert one.numbers["moved"] == 0.0


def test_label_in_the_input() -> None:
    """A word that tells the label makes permuted labels learnable."""
    one = ask("permuted_labels", subject(rows=rows(leak=True)))

    assert one.answer == "failed"
    assert float(one.numbers["moved_alone"]) == 0.0
    assert float(one.numbers["permuted"]) > float(one.numbers["limit"])


def drawn(leak: bool) -> Rows:
    """Rows some of whose tokens are drawn anew each time, from a generator that nobody seeds."""
    random, inner = np.random.default_rng(3), rows(leak=leak)

    def batches(labels: Any) -> list[Any]:
        batch = dict(inner.batches(labels)[0])
        batch["input_ids"] = batch["input_ids"].clone()
        batch["input_ids"][:, -1] = torch.from_numpy(random.integers(10, 40, size=len(labels)))
        return [batch]

    return Rows(inner.labels, batches)


def test_inputs_drawn_at_random() -> None:
    """Augmentation changes inputs without any label; the probe tells it from a leak."""
    assert ask("permuted_labels", subject(rows=drawn(leak=False))).answer == "passed"
    assert ask("permuted_labels", subject(rows=drawn(leak=True))).answer == "failed"


def test_too_few_rows() -> None:
    """Six rows prove nothing."""
    few = Rows(np.array([0, 1, 2, 0, 1, 2]), lambda labels: [])
    without = Rows(np.array([-100] * 60), lambda labels: [])

    assert ask("permuted_labels", subject(rows=few)).answer == "not run"
    assert ask("permuted_labels", subject(rows=without)).says == "some rows have no class"


def test_no_linear_head() -> None:
    """A model without a linear layer has no states to probe."""

    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1))

        def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
            return ids[:, :3] * self.weight

    assert ask("permuted_labels", subject(Counting())).answer == "not run"


def test_probe() -> None:
    """It reads what is linear, and guesses where nothing is."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, size=90)
    telling = np.eye(3)[labels] + 0.1 * random.normal(size=(90, 3))

    assert probe(telling, labels) > 0.95
    assert probe(random.normal(size=(90, 50)), labels) < 0.55
