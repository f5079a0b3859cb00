"""Borders of examples in a row, and whether attention crosses them."""

from pathlib import Path
from typing import Any

import pytest
import torch

from luthier.facts.scene import LiveScene
from luthier.integrations.ends import Marks
from luthier.integrations.packing import borders, crosses, scoring
from luthier.integrations.stage import build

MARKS = Marks(ends=frozenset({1}), bos=0, pad=2, limit=None)
IDS = torch.tensor([[0, 7, 8, 1, 0, 9, 5, 1], [0, 7, 1, 6, 6, 1, 2, 2]])


def test_by_positions() -> None:
    """Positions that begin anew are borders, those of padding are not."""
    places = torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5, 0, 0]])
    mask = torch.tensor([[1] * 8, [1] * 6 + [0] * 2])

    assert borders({"input_ids": IDS, "position_ids": places, "attention_mask": mask}, MARKS, stated=False) == [[4], []]


def test_by_end_tokens() -> None:
    """Without positions an end token before a BOS is a border, and every end token where packing was stated."""
    assert borders({"input_ids": IDS}, MARKS, stated=False) == [[4], []]
    assert borders({"input_ids": IDS}, MARKS, stated=True) == [[4], [3, 6]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A tiny GPT-2 in training mode, with dropout."""
    made: Any = build(LiveScene("causal"), tmp_path_factory.mktemp("run")).model
    return made.train()


def test_crossing(model: Any) -> None:
    """Attention crosses where nothing tells the examples apart, and does not where positions do."""
    plain = {"input_ids": IDS[:1]}
    placed = {**plain, "position_ids": torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3]])}

    assert crosses(model, plain, [[4]]) is True
    assert crosses(model, placed, [[4]]) is False
    assert crosses(model, plain, [[]]) is None


def test_alike_examples(model: Any) -> None:
    """A first example that reads the same backwards is changed otherwise."""
    assert crosses(model, {"input_ids": torch.tensor([[5, 5, 5, 9, 8]])}, [[3]]) is True


def test_what_cannot_be_computed(model: Any) -> None:
    """An error of the model, or scores that are not finite, leave it open."""
    assert crosses(model, {"input_ids": torch.tensor([[99_999, 5, 1, 7]])}, [[2]]) is None


def test_the_model_is_left_alone(model: Any) -> None:
    """Modes are as before, also after an error, and nothing has a gradient."""
    inner = model.transformer.h[0]
    inner.eval()
    crosses(model, {"input_ids": IDS[:1]}, [[4]])
    with pytest.raises(RuntimeError, match="inside"), scoring(model):
        assert not model.training
        assert not torch.is_grad_enabled()
        raise RuntimeError("inside")

    assert model.training
    assert not inner.training
    assert all(parameter.grad is None for parameter in model.parameters())


def test_long_rows(tmp_path: Path) -> None:
    """Of long examples only what lies near the border is computed."""
    seen: list[int] = []

    class Watched(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, input_ids: torch.Tensor) -> Any:
            seen.append(input_ids.shape[1])
            return type("Output", (), {"logits": torch.randn(1, input_ids.shape[1], 3)})

    crosses(Watched(), {"input_ids": torch.arange(4000)[None]}, [[2000, 3900]])

    assert seen == [1024, 1024]
