"""Steps from what was heard: sums, names of parts and of rates."""

import math
from pathlib import Path

import pytest
import torch
from torch import nn

from luthier.facts.scene import LiveScene
from luthier.integrations.stage import build
from luthier.integrations.watching import Watching, part_of


class Small(nn.Module):
    """Two parts: a layer and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.classifier = nn.Linear(2, 2)


def watching(every: int = 1, limit: float = 1.0, rates: tuple[float, float] = (0.1, 0.1)) -> tuple[Watching, Small]:
    """One that has heard nothing yet."""
    model = Small()
    groups = [
        {"params": model.layer.parameters(), "lr": rates[0]},
        {"params": model.classifier.parameters(), "lr": rates[1]},
    ]
    return Watching(model, torch.optim.SGD(groups), limit, every), model


def test_sums() -> None:
    """Losses of a step are added as Trainer adds them; rows and tokens are those of all its batches."""
    one, _ = watching()
    mask = torch.tensor([[1, 1, 0], [1, 0, 0]])
    for loss in (0.25, 0.5):
        one.heard_loss({"input_ids": torch.ones(2, 3), "attention_mask": mask}, torch.tensor(loss))
    one.heard_norm(torch.tensor(3.0))
    one.before_step(1)
    one.after_step(1)
    one.end_step(1, 0.5)

    (step,) = one.steps()

    assert (step.number, step.epoch, step.rows, step.tokens, step.padded_tokens) == (1, 0.5, 4, 6, 12)
    assert step.loss == 0.75
    assert step.grad_norms == {"all": 3.0}
    assert step.rates == {"all": 0.1}
    assert step.clipped
    assert step.update_ratios == {"encoder": 0, "head": 0}
    assert one.steps() == []


@pytest.mark.parametrize(("norm", "limit", "clipped"), [(3.0, 4.0, False), (3.0, 0.0, False), (None, 1.0, False)])
def test_clipping(norm: float | None, limit: float, clipped: bool) -> None:
    """Clipping is what happens above the limit; a norm that was never told is NaN."""
    one, _ = watching(limit=limit)
    one.heard_norm(norm)
    one.end_step(1, 0.0)
    (step,) = one.steps()

    assert step.clipped is clipped
    assert math.isnan(step.grad_norms["all"]) is (norm is None)
    assert math.isnan(step.loss)


def test_rates_by_part() -> None:
    """Two rates are told under the parts that they serve."""
    one, _ = watching(rates=(0.1, 0.2))
    one.before_step(1)
    one.end_step(1, 0.0)

    assert one.steps()[0].rates == {"encoder": 0.1, "head": 0.2}


def test_ratios_are_measured_now_and_then() -> None:
    """Between two looks nothing is measured; at one, the change of the weights is."""
    one, model = watching(every=2)
    for number in (1, 2):
        one.before_step(number)
        with torch.no_grad():
            model.layer.weight.mul_(1.5)
            model.layer.bias.mul_(1.5)
        one.after_step(number)
        one.end_step(number, 0.0)
    first, second = one.steps()

    assert all(math.isnan(value) for value in first.update_ratios.values())
    assert second.update_ratios["encoder"] == pytest.approx(0.5)
    assert second.update_ratios["head"] == 0


def test_parts(tmp_path: Path) -> None:
    """Weights of an adapter, a head, embeddings and layers are told apart."""
    model = build(LiveScene("adapter"), tmp_path).model
    parts = {part_of(name) for name, weight in model.get_base_model().named_parameters() if weight.requires_grad}

    assert parts == {"adapter", "head"}
    assert part_of("bert.embeddings.word_embeddings.weight") == "embeddings"
    assert part_of("bert.encoder.layer.0.output.dense.weight") == "encoder"
