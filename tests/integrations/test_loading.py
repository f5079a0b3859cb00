"""How a trainer goes through its rows."""

from pathlib import Path
from typing import Any

import datasets
import pytest
from torch.utils.data import DataLoader, WeightedRandomSampler

from luthier.facts.scene import LiveScene
from luthier.integrations.loading import in_order, row_tokens
from luthier.integrations.stage import build

ROWS = [{"input_ids": [1] * length} for length in range(1, 101)]


@pytest.mark.parametrize(("strategy", "answer"), [("random", False), ("sequential", True), ("group_by_length", None)])
def test_order_of_a_trainer(strategy: str, answer: bool | None, tmp_path: Path) -> None:
    """The trainer's own loader tells."""
    trainer = build(LiveScene(arguments={"train_sampling_strategy": strategy}), tmp_path)

    assert in_order(trainer.get_train_dataloader()) is answer


def test_order_of_a_loader() -> None:
    """A loader shuffles only where it is told to; other samplers say nothing."""
    rows: Any = list(range(8))

    assert in_order(DataLoader(rows)) is True
    assert in_order(DataLoader(rows, shuffle=True)) is False
    assert in_order(DataLoader(rows, sampler=WeightedRandomSampler([1.0] * 8, 8))) is None


@pytest.mark.parametrize("kind", ["list", "table", "chosen", "transformed"])
def test_row_tokens(kind: str) -> None:
    """Lengths of all rows, whatever holds them."""
    rows: Any = ROWS if kind == "list" else datasets.Dataset.from_list(ROWS)
    rows = rows.select(range(0, 100, 1)) if kind == "chosen" else rows
    if kind == "transformed":
        rows.set_transform(lambda batch: batch)

    assert row_tokens(rows) == {50: 51, 95: 96, 100: 100}


def test_row_tokens_of_one_length() -> None:
    """Columns whose rows all have a stated length are read too."""
    fixed = datasets.Features({"input_ids": datasets.List(datasets.Value("int32"), length=4)})

    assert row_tokens(datasets.Dataset.from_list([{"input_ids": [1] * 4}] * 3, features=fixed)) == {
        50: 4,
        95: 4,
        100: 4,
    }


def test_no_tokens() -> None:
    """Streams and rows without ids have none."""
    assert row_tokens(iter(ROWS)) == {}
    assert row_tokens([{"text": "words"}]) == {}
    assert row_tokens(datasets.Dataset.from_list([{"text": "words"}])) == {}
