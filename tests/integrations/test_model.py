"""A model in memory as the facts of its files."""

from pathlib import Path

import peft
import pytest
import torch
from safetensors.torch import load_file

from luthier.facts.scene import LiveScene
from luthier.integrations.model import adapter_of, config_of, facts_of, weights_of
from luthier.integrations.stage import build
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import adapter as adapter_reader
from luthier.stages.diagnose.readers import config as config_reader
from luthier.stages.diagnose.readers import weights as weights_reader


@pytest.mark.parametrize("trainer", ["classifier", "causal", "sequence_to_sequence", "tagger", "answerer"])
def test_as_from_files(trainer: str, tmp_path: Path) -> None:
    """Config and tensors of a model are those that are read from its saved folder."""
    model = build(LiveScene(trainer), tmp_path).model  # type: ignore[arg-type]
    model.save_pretrained(tmp_path)
    home = Home(tmp_path)
    saved = config_reader.read(home, "", None)
    read = weights_reader.read(home, "", saved, None)
    config, live = config_of(model), weights_of(model)

    assert saved is not None
    assert read is not None
    assert config.architecture == saved.architecture
    assert (config.labels, config.outputs) == (saved.labels, saved.outputs)
    assert config.generation.items() <= {**saved.generation, **config.generation}.items()
    assert set(read.tensors) <= set(live.tensors)
    assert (live.types, live.head, live.expected_head) == (read.types, read.head, read.expected_head)
    assert live.embedding_rows == read.embedding_rows
    assert live.learning == tuple(live.tensors)


def test_types_and_broken_weights(tmp_path: Path) -> None:
    """Half precision, NaN and frozen weights stand in the facts."""
    half = weights_of(build(LiveScene(options={"float16_weights": 1}), tmp_path).model)
    broken = weights_of(build(LiveScene(options={"weight_not_finite": 1}), tmp_path).model)
    frozen = weights_of(build(LiveScene(options={"frozen": 1}), tmp_path).model)

    assert set(half.types) == {"F16"}
    assert len(broken.not_finite) == 1
    assert frozen.learning == ("classifier.bias", "classifier.weight")


@pytest.mark.parametrize("options", [{}, {"lora_without_head": 1}, {"lora_narrow": 1}, {"new_tokens": 2}])
def test_adapter_as_from_files(options: dict[str, int], tmp_path: Path) -> None:
    """An adapter is what PEFT would save of it, its head included or not."""
    model = build(LiveScene("adapter", options=options), tmp_path / "run").model
    model.save_pretrained(tmp_path)
    read, live = adapter_reader.read(Home(tmp_path), None), adapter_of(model)

    assert read is not None
    assert live is not None
    assert live.tensors == read.tensors
    assert (live.pairs, live.head, live.embeddings) == (read.pairs, read.head, read.embeddings)
    assert live.config.keys() >= {"r", "lora_alpha", "target_modules", "task_type", "modules_to_save"}
    assert live.config["r"] == read.config["r"]
    assert bool(live.head) is ("lora_without_head" not in options)
    assert set(live.tensors) == set(load_file(tmp_path / "adapter_model.safetensors"))


def test_no_adapter(tmp_path: Path) -> None:
    """A plain model has none."""
    assert adapter_of(build(LiveScene(), tmp_path).model) is None


def test_base_modules(tmp_path: Path) -> None:
    """Modules of the base are named as without the adapter."""
    live = adapter_of(build(LiveScene("adapter"), tmp_path).model)

    assert live is not None
    assert "bert.encoder.layer.0.attention.self.query" in live.base_modules
    assert not any("lora" in name or "base_layer" in name for name in live.base_modules)


def test_size(tmp_path: Path) -> None:
    """Depth, width, rows of the table and weights without the head."""
    model = build(LiveScene(), tmp_path).model
    found = facts_of(model, config_of(model), weights_of(model))

    assert found is not None
    assert (found.architecture, found.layers, found.hidden_size, found.usable_positions) == ("bert", 2, 16, 64)
    assert found.vocabulary == model.get_input_embeddings().weight.shape[0]
    assert found.parameters == sum(p.numel() for p in model.bert.parameters())
    assert isinstance(model, torch.nn.Module)
    assert not isinstance(model, peft.PeftModel)


def test_what_learns(tmp_path: Path) -> None:
    """Types of the weights that learn, and a head that is as it was drawn."""
    plain = weights_of(build(LiveScene("adapter"), tmp_path).model)
    headless = weights_of(build(LiveScene("adapter", options={"lora_without_head": 1}), tmp_path).model)
    model = build(LiveScene(options={"bf16_weights": 1}), tmp_path).model
    with torch.no_grad():
        model.classifier.bias += 1

    assert set(plain.learning_types) == {"F32"}
    assert 0 < sum(headless.learning_types.values()) < sum(plain.learning_types.values()) < sum(plain.types.values())
    assert (plain.fresh_head, headless.fresh_head) == (True, True)
    assert weights_of(model).fresh_head is False
    assert set(weights_of(model).learning_types) == {"BF16"}


def test_config_of_where_it_came_from(tmp_path: Path) -> None:
    """The folder that it was loaded from, as long as that is there."""
    model = build(LiveScene(), tmp_path / "run").model
    model.save_pretrained(tmp_path / "base")
    model.config._name_or_path = str(tmp_path / "base")

    assert config_of(model).base["vocab_size"] == model.config.vocab_size
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "config.json").write_text("{")
    for elsewhere in ("", "nobody/nowhere", str(tmp_path / "gone"), str(tmp_path / "cut")):
        model.config._name_or_path = elsewhere
        assert config_of(model).base == {}
