"""What the files of a model say, and what is loaded of them."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from luthier.errors import ModelError
from luthier.models.heads import PoolingHead
from luthier.models.layers import layer_list
from luthier.models.load import facts, load_classifier, load_saved
from luthier.models.locate import locate
from tests.models.encoders import AVERAGING, ENCODERS, write_encoder


def say_pooling(folder: Path, **values: object) -> Path:
    """The file in which sentence-transformers keeps how a model pools."""
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(values))
    return folder


@pytest.mark.parametrize("kind", ENCODERS)
def test_facts(kind: str, tmp_path: Path) -> None:
    """Sizes are read from config and headers; RoBERTa-like models have two positions fewer than their config says."""
    folder = write_encoder(kind, tmp_path)

    found = facts("some/id", locate(str(folder)))

    assert (found.id, found.architecture, found.layers, found.hidden_size) == ("some/id", kind, 3, 32)
    assert found.vocabulary == 60
    assert found.parameters == sum(weight.numel() for weight in load_file(folder / "model.safetensors").values())
    assert found.usable_positions == (38 if kind in {"roberta", "xlm-roberta", "camembert", "mpnet"} else 40)
    assert (found.pooling, found.trained_pooling, found.trained_tokens) == ("cls", None, None)


@pytest.mark.parametrize("kind", ENCODERS)
def test_usable_positions_are_usable(kind: str, tmp_path: Path) -> None:
    """The model takes a text of that length, and where positions are a table, none that is longer."""
    folder = write_encoder(kind, tmp_path)
    model = load_classifier(folder, ("a", "b"), "cls").eval()
    longest = facts("x", folder).usable_positions

    model(input_ids=torch.full((1, longest), 7), attention_mask=torch.ones(1, longest, dtype=torch.long))
    if kind not in {"deberta-v2", "modernbert"}:  # their positions are relative
        with pytest.raises((IndexError, RuntimeError)):
            model(input_ids=torch.full((1, longest + 1), 7), attention_mask=torch.ones(1, longest + 1).long())


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("values", [{"pooling_mode_mean_tokens": True}, {"pooling_mode": "mean"}])
def test_pooling_as_trained(kind: str, values: dict[str, object], tmp_path: Path) -> None:
    """A checkpoint that was trained to average is averaged where that can be written, and known in any case."""
    found = facts("x", say_pooling(write_encoder(kind, tmp_path), **values))

    assert found.trained_pooling == "mean"
    assert found.pooling == ("mean" if kind in AVERAGING else "cls")


def test_first_token_as_trained(tmp_path: Path) -> None:
    """A checkpoint that was trained on its first token says so too."""
    found = facts("x", say_pooling(write_encoder("bert", tmp_path), pooling_mode_cls_token=True))

    assert (found.pooling, found.trained_pooling) == ("cls", "cls")


@pytest.mark.parametrize(("length", "expected"), [(256, 256), (None, None), (-3, None), ("many", None)])
def test_trained_tokens(length: object, expected: int | None, tmp_path: Path) -> None:
    """The length that sentence-transformers' own file recommends, where it is one."""
    folder = write_encoder("bert", tmp_path)
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": length}))

    assert facts("x", folder).trained_tokens == expected


def test_minilm(minilm: Path) -> None:
    """The model of the demonstration, as its files have it."""
    found = facts("all-MiniLM-L6-v2", locate(str(minilm)))

    assert (found.layers, found.hidden_size, found.vocabulary) == (6, 384, 30_522)
    assert (found.pooling, found.trained_tokens, found.usable_positions) == ("mean", 256, 512)
    assert found.parameters == pytest.approx(22_713_000, rel=1e-3)


def test_the_classifier_that_is_loaded(tmp_path: Path) -> None:
    """Pretrained weights in fp32, a new head for these classes, their names in the config; averaging where asked."""
    folder = write_encoder("bert", tmp_path)

    model = load_classifier(folder, ("ham", "spam", "eggs"), "mean")

    assert model.config.id2label == {0: "ham", 1: "spam", 2: "eggs"}
    assert model.config.label2id == {"ham": 0, "spam": 1, "eggs": 2}
    assert model.num_labels == 3
    assert model.classifier.weight.shape == (3, 32)
    assert isinstance(layer_list(model)[-1], PoolingHead)
    kept = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert torch.equal(model.get_input_embeddings().weight, kept)


def test_half_precision_is_widened(tmp_path: Path) -> None:
    """A checkpoint in fp16 trains in fp32, with the same numbers."""
    folder = write_encoder("bert", tmp_path)
    path = folder / "model.safetensors"
    halved = {name: weight.half() for name, weight in load_file(path).items()}
    save_file(halved, path, metadata={"format": "pt"})

    model = load_classifier(folder, ("a", "b"), "cls")

    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    name = "embeddings.word_embeddings.weight"
    assert torch.equal(model.get_input_embeddings().weight, halved[name].float())


def test_another_head_is_replaced(tmp_path: Path) -> None:
    """A checkpoint that was a classifier of other classes gives its body; its head is dropped."""
    folder = write_encoder("bert", tmp_path / "base")
    load_classifier(folder, ("a", "b", "c"), "cls").save_pretrained(tmp_path / "three")

    model = load_classifier(tmp_path / "three", ("x", "y"), "cls")

    assert model.classifier.weight.shape == (2, 32)


def test_same_seed_same_head(tmp_path: Path) -> None:
    """The head depends on the random state alone."""
    folder = write_encoder("bert", tmp_path)
    heads = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        heads.append(load_classifier(folder, ("a", "b"), "cls").classifier.weight)

    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])


def test_saved_models_are_loaded_to_predict(tmp_path: Path) -> None:
    """In evaluation mode, in fp32, with the same weights."""
    model = load_classifier(write_encoder("bert", tmp_path / "base"), ("a", "b"), "cls")
    model.save_pretrained(tmp_path / "saved")

    loaded = load_saved(tmp_path / "saved")

    assert not loaded.training
    for name, weight in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight), name


@pytest.mark.parametrize("name", ["no/such-model-here", "not there", "a/b/c", "", "/no/such/folder", "../x", "x" * 200])
def test_no_such_model(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id or folder that is not there is one clear error with a way on."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ModelError) as caught:
        locate(name)

    assert caught.value.next_step
    assert "Traceback" not in str(caught.value)
