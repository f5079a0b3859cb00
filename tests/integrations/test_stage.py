"""Trainers of live scenes: each builds, each option builds, and each common option does what it says."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from luthier.errors import PlanError
from luthier.facts.finding import Number
from luthier.facts.scene import Live, LiveScene
from luthier.integrations.stage import COMMON, MAKERS, build

VALUES: Mapping[str, Number] = {"outputs": 3, "limit": 24, "train_rows": 20, "targets_cut": 4, "metric": 0}
"""Values of options for which 1 would not do."""
CASES = [(trainer, option) for trainer, (_, known) in MAKERS.items() for option in sorted(known)]


@pytest.mark.parametrize("trainer", MAKERS)
def test_healthy(trainer: Live, tmp_path: Path) -> None:
    """Every trainer is built within a second once its libraries are there, has rows, and was not started."""
    build(LiveScene(trainer), tmp_path)
    started = time.process_time()

    made = build(LiveScene(trainer), tmp_path)

    assert time.process_time() - started < 1
    assert len(made.train_dataset) >= 32
    assert len(made.eval_dataset) >= 8
    assert made.state.global_step == 0
    assert made.optimizer is None


@pytest.mark.parametrize("trainer", MAKERS)
def test_the_same_twice(trainer: Live, tmp_path: Path) -> None:
    """Two trainers of one scene have the same weights and the same rows."""
    one, other = (build(LiveScene(trainer), tmp_path) for _ in range(2))

    assert list(one.train_dataset) == list(other.train_dataset)
    pairs = zip(one.model.parameters(), other.model.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize(("trainer", "option"), CASES)
def test_every_option(trainer: Live, option: str, tmp_path: Path) -> None:
    """Every option that a trainer lists can be built."""
    made = build(LiveScene(trainer, options={option: VALUES.get(option, 1)}), tmp_path)

    assert len(made.train_dataset)


@pytest.mark.parametrize("trainer", MAKERS)
def test_unknown_option(trainer: Live, tmp_path: Path) -> None:
    """An option that no maker knows is refused by name."""
    with pytest.raises(PlanError, match="no option xyzzy"):
        build(LiveScene(trainer, options={"xyzzy": 1}), tmp_path)


def test_options_are_documented() -> None:
    """Each option stands in the text below the options of its file."""
    for path in (Path(__file__).parents[2] / "src/luthier/integrations/scenery").glob("*.py"):
        text = path.read_text()
        if "OPTIONS = frozenset" in text:
            listed = text.split("OPTIONS = frozenset")[1].split('"""')[0]
            told = text.split('"""Options of')[1].split('"""')[0]
            names = [part for part in listed.split('"')[1::2] if part not in {"multilabel", "labels_as_int"}]
            assert [name for name in names if f"`{name}`" not in told] == [], path.name


def test_common_options(tmp_path: Path) -> None:
    """Frozen, narrow and broken weights, dropout in evaluation and a missing tokenizer are what they say."""

    def model(option: str, value: int = 1) -> torch.nn.Module:
        made = build(LiveScene(options={option: value}), tmp_path)
        return made.model  # type: ignore[no-any-return]

    assert [n for n, p in model("frozen").named_parameters() if p.requires_grad] == [
        "classifier.weight",
        "classifier.bias",
    ]
    assert not any(p.requires_grad for p in model("frozen", 2).parameters())
    assert {p.dtype for p in model("float16_weights").parameters()} == {torch.float16}
    assert {p.dtype for p in model("bf16_weights").parameters()} == {torch.bfloat16}
    assert sum(not bool(torch.isfinite(p).all()) for p in model("weight_not_finite").parameters()) == 1
    dropping = model("dropout_in_eval").eval()
    ids = torch.tensor([[2, 9, 9, 3]])
    assert not torch.equal(dropping(input_ids=ids).logits, dropping(input_ids=ids).logits)
    assert build(LiveScene(options={"no_processing_class": 1}), tmp_path).processing_class is None
    assert "no_processing_class" in COMMON


def test_arguments(tmp_path: Path) -> None:
    """Settings of the scene reach the trainer."""
    made = build(LiveScene("causal", arguments={"learning_rate": 0.5}), tmp_path)

    assert made.args.learning_rate == 0.5
