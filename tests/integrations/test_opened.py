"""Looking into a trainer leaves everything as it was."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import DataCollatorForLanguageModeling

from luthier.facts.scene import LiveScene
from luthier.integrations.census import census_of
from luthier.integrations.opened import base_of, columns_of, made_by, of_trainer, plain_model, tokenizer_of, undisturbed
from luthier.integrations.scenery.words import word_pieces
from luthier.integrations.stage import build


def drawn() -> tuple[float, float, float]:
    """The next number of each source of randomness."""
    return random.random(), float(np.random.rand()), float(torch.rand(()))


class Drawing:
    """A collator with generators of its own, and a counter."""

    def __init__(self) -> None:
        self.own = random.Random(1)
        self.numbers = np.random.default_rng(1)
        self.torch = torch.Generator().manual_seed(1)
        self.calls = 0

    def __call__(self, rows: list[Any]) -> dict[str, torch.Tensor]:
        """Draw from everything."""
        drawn()
        self.next()
        self.calls += 1
        self.made_here = True
        return {"input_ids": torch.ones(len(rows), 3, dtype=torch.long), "labels": torch.zeros(len(rows)).long()}

    def next(self) -> tuple[float, float, float]:
        """The next number of each own generator."""
        return self.own.random(), float(self.numbers.random()), float(torch.rand((), generator=self.torch))


def test_random_state_is_put_back(tmp_path: Path) -> None:
    """Random numbers after a census are those that would have come without it, the collator's own included."""
    made = build(LiveScene(), tmp_path)
    made.data_collator = Drawing()
    random.seed(5)
    np.random.seed(5)
    torch.manual_seed(5)
    expected, own = drawn(), Drawing().next()
    random.seed(5)
    np.random.seed(5)
    torch.manual_seed(5)

    census_of(made)

    assert drawn() == expected
    assert made.data_collator.next() == own
    assert made.data_collator.calls == 0
    assert not hasattr(made.data_collator, "made_here")


def test_attributes_are_put_back(tmp_path: Path) -> None:
    """The trainer has the attributes that it had, and its accelerator has prepared no loader."""
    made = build(LiveScene(), tmp_path)
    before = dict(vars(made))

    census_of(made)

    assert vars(made) == before
    assert made.accelerator._dataloaders == []
    assert made._signature_columns is None


def test_put_back_after_an_error(tmp_path: Path) -> None:
    """What was changed is put back when the block raises."""
    made = build(LiveScene(), tmp_path)
    made.model.eval()

    with pytest.raises(RuntimeError, match="inside"), undisturbed(made):
        made.model.train()
        made.args, made.new = None, 1
        raise RuntimeError("inside")

    assert made.args is not None
    assert not hasattr(made, "new")
    assert not any(module.training for module in made.model.modules())


def test_a_collator_with_a_seed(tmp_path: Path) -> None:
    """A collator that makes its generator at its first call makes it at its first call in training."""
    tokenizer = word_pieces(["one two three"])
    made = build(LiveScene(), tmp_path)
    made.data_collator = DataCollatorForLanguageModeling(tokenizer, seed=3)
    made.train_dataset = made.train_dataset.remove_columns("label")

    census_of(made)

    assert made.data_collator.generator is None


def test_columns() -> None:
    """Columns are those that a data set names, or the keys of its first row; a stream without names has none."""
    assert columns_of([{"a": 1, "b": 2}]) == ("a", "b")
    assert columns_of([]) == columns_of([1]) == columns_of(iter([{"a": 1}])) == ()


def test_models_are_unwrapped(tmp_path: Path) -> None:
    """The model inside parallel training and inside PEFT is found."""
    made = build(LiveScene("adapter"), tmp_path)

    class Parallel:
        module = made.model

    assert plain_model(Parallel()) is made.model
    assert type(base_of(made.model)).__name__ == "BertForSequenceClassification"
    assert made_by(made.model, "peft")
    assert not made_by(made, "trl")


def test_losses(tmp_path: Path) -> None:
    """A loss, several, and one inside another; a trainer of Transformers has none."""
    made = build(LiveScene(), tmp_path)
    assert of_trainer(made).losses == ()
    outer = torch.nn.Identity()
    outer.loss = torch.nn.MSELoss()
    made.loss = {"one": outer, "two": torch.nn.MSELoss()}

    assert of_trainer(made).losses == ("Identity", "MSELoss")


def test_tokenizer(tmp_path: Path) -> None:
    """The tokenizer is the trainer's, else its collator's, also that within a processor."""
    made = build(LiveScene(options={"no_processing_class": 1}), tmp_path)
    assert tokenizer_of(made) is made.data_collator.tokenizer

    class Processor:
        tokenizer = made.data_collator.tokenizer

    made.processing_class = Processor()
    assert tokenizer_of(made) is Processor.tokenizer
