"""What a trainer saves, loaded in a fresh process."""

from pathlib import Path
from typing import Any

import pytest
import torch

from luthier.errors import ModelError
from luthier.facts.scene import LiveScene
from luthier.integrations.reloading import _compared, reloaded, why_not
from luthier.integrations.stage import build
from luthier.integrations.subject import subject_of
from luthier.stages.trial.subject import Reloaded


def again(trainer: Any, folder: Path) -> Reloaded:
    """Save and load."""
    subject = subject_of(trainer)
    trainer.model.eval()
    with torch.no_grad():
        here = subject.scores(subject.batches[0])
    folder.mkdir()
    return reloaded(trainer, subject.batches[0], here, folder)


def test_adapter(tmp_path: Path) -> None:
    """An adapter is loaded onto its base model; its head comes from the adapter's files."""
    trainer = build(LiveScene("adapter"), tmp_path / "out")
    plain = build(LiveScene(), tmp_path / "plain").model
    _body_of(trainer.model, plain)
    plain.save_pretrained(tmp_path / "base")
    for config in trainer.model.peft_config.values():
        config.base_model_name_or_path = str(tmp_path / "base")

    assert why_not(trainer.model) == ""
    assert again(trainer, tmp_path / "saved").difference < 1e-4


def test_adapter_whose_base_is_another(tmp_path: Path) -> None:
    """On another base model the scores differ."""
    trainer = build(LiveScene("adapter"), tmp_path / "out")
    plain = build(LiveScene(), tmp_path / "plain").model
    with torch.no_grad():
        plain.bert.embeddings.word_embeddings.weight.mul_(2)
    plain.save_pretrained(tmp_path / "base")
    for config in trainer.model.peft_config.values():
        config.base_model_name_or_path = str(tmp_path / "base")

    assert again(trainer, tmp_path / "saved").difference > 0.01


def _body_of(adapted: Any, plain: Any) -> None:
    """Give a plain model the frozen weights of an adapted one."""
    theirs = {name.replace(".base_layer", ""): w for name, w in adapted.get_base_model().state_dict().items()}
    own = plain.state_dict()
    plain.load_state_dict({name: theirs.get(name, weight) for name, weight in own.items()})


def test_reasons(tmp_path: Path) -> None:
    """A base model without a folder, and a class of nobody's library."""
    assert "no folder" in why_not(build(LiveScene("adapter"), tmp_path).model)
    assert "Linear is not a class of Transformers" in why_not(torch.nn.Linear(2, 2))


def test_what_does_not_load(tmp_path: Path) -> None:
    """The last line of the other process is in the error."""
    with pytest.raises(ModelError, match="cannot be loaded again"):
        _compared(tmp_path, {"class": "BertModel", "base": ""}, torch.zeros(1))
