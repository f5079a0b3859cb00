"""What is said of an adapter is what PEFT saved."""

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.adapter import read
from tests.stages.diagnose.readers.tensor_files import write

peft = pytest.importorskip("peft")
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")  # PEFT 0.21 reads names that Transformers 5 gives up


def adapted(base: Path, folder: Path, **settings: object) -> Path:
    """A LoRA adapter of the tiny model, saved by PEFT."""
    model = transformers.AutoModelForSequenceClassification.from_pretrained(base, num_labels=3)
    settings = {"task_type": "SEQ_CLS", "target_modules": ["query", "value"], **settings}
    peft.get_peft_model(model, peft.LoraConfig(r=2, **settings)).save_pretrained(folder)
    return folder


def test_fresh_adapter(tiny_model: Path, tmp_path: Path) -> None:
    """Before training the second matrices are zero; the head is saved beside; every module is the base's."""
    home = Home(adapted(tiny_model, tmp_path / "run"))

    found = read(home, tiny_model)

    assert found is not None
    assert (found.folder, found.config["peft_type"], found.config["r"]) == ("", "LORA", 2)
    assert (found.pairs, found.untouched) == (4, 4)
    assert {name.rpartition(".")[0].removeprefix("base_model.model.") for name in found.head} == {"classifier"}
    assert found.matched == len(found.tensors) - len(found.head)
    assert "encoder.layer.0.attention.self.query" in found.base_modules
    assert found.embeddings == ()
    assert found.base_rows == transformers.AutoConfig.from_pretrained(tiny_model).vocab_size


def test_trained_adapter(tiny_model: Path, tmp_path: Path) -> None:
    """A second matrix that moved counts, and so does a value that is not finite."""
    folder = adapted(tiny_model, tmp_path / "run")
    tensors = load_file(folder / "adapter_model.safetensors")
    second = sorted(name for name in tensors if "lora_B" in name)
    tensors[second[0]] += 1
    tensors[second[1]][0, 0] = float("inf")
    save_file(tensors, folder / "adapter_model.safetensors")

    found = read(Home(folder))

    assert found is not None
    assert found.untouched == 2
    assert found.not_finite == (second[1],)
    assert (found.matched, found.base_modules, found.base_rows) == (None, (), None)


def test_without_task_type_the_head_is_not_saved(tiny_model: Path, tmp_path: Path) -> None:
    """PEFT issue 577: no task type, no head in the file."""
    found = read(Home(adapted(tiny_model, tmp_path / "run", task_type=None)))

    assert found is not None
    assert found.head == ()


def test_low_rank_on_the_head_is_no_saved_head(tiny_model: Path, tmp_path: Path) -> None:
    """A LoRA pair on the head leaves the random head itself unsaved."""
    folder = adapted(tiny_model, tmp_path / "run", task_type=None, target_modules=["classifier"])
    found = read(Home(folder))

    assert found is not None
    assert found.tensors
    assert found.head == ()


def test_embeddings(tiny_model: Path, tmp_path: Path) -> None:
    """Saved embeddings, and single rows of them, are named."""
    whole = read(Home(adapted(tiny_model, tmp_path / "a", modules_to_save=["word_embeddings"])))
    rows = read(Home(adapted(tiny_model, tmp_path / "b", trainable_token_indices={"word_embeddings": [1, 2]})))

    assert whole is not None
    assert len(whole.embeddings) == 1
    assert rows is not None
    assert len(rows.embeddings) == 1


def test_keys_that_do_not_match(tiny_model: Path, tmp_path: Path) -> None:
    """An adapter of another model matches none of the base's modules."""
    folder = adapted(tiny_model, tmp_path / "run", task_type=None)
    tensors = load_file(folder / "adapter_model.safetensors")
    save_file({n.replace("attention", "attn"): t for n, t in tensors.items()}, folder / "adapter_model.safetensors")

    found = read(Home(folder), tiny_model)

    assert found is not None
    assert found.matched == 0


@pytest.mark.parametrize("place", ["checkpoint-4", "checkpoint-4/default", "default", ""])
def test_where_it_stands(place: str, tiny_model: Path, tmp_path: Path) -> None:
    """The top, the newest checkpoint, or a folder of the adapter's own."""
    adapted(tiny_model, tmp_path / "run" / place)
    (tmp_path / "run" / "checkpoint-9").mkdir()

    found = read(Home(tmp_path / "run"))

    assert found is not None
    assert found.folder == place
    assert found.pairs == 4


def test_damage(tiny_model: Path, tmp_path: Path) -> None:
    """A cut file still gives its shapes; a pickle is named and not loaded; a config that is no object gives nothing."""
    folder = adapted(tiny_model, tmp_path / "run")
    path = folder / "adapter_model.safetensors"
    os.truncate(path, path.stat().st_size - 8)
    home = Home(folder)
    cut = read(home)
    assert cut is not None
    assert cut.tensors
    assert "cut" in home.sources[-1].note

    path.write_bytes(b"evil")
    assert read(Home(folder)).tensors == {}  # type: ignore[union-attr]

    path.rename(folder / "adapter_model.bin")
    home = Home(folder)
    assert read(home).tensors == {}  # type: ignore[union-attr]
    assert home.sources[-1].note == "a pickle: not loaded"

    (folder / "adapter_config.json").write_text("[1]")
    assert read(Home(folder)) is None


def test_no_adapter(trainer_run: Path) -> None:
    """A run without one has none."""
    assert read(Home(trainer_run)) is None


def test_prompt_tuning(tmp_path: Path) -> None:
    """A method without modules matches none, and has no pairs."""
    write(tmp_path / "adapter_model.safetensors", {"prompt_embeddings": torch.ones(4, 8)})
    (tmp_path / "adapter_config.json").write_text(json.dumps({"peft_type": "PROMPT_TUNING"}))

    found = read(Home(tmp_path))

    assert found is not None
    assert (found.pairs, found.untouched, found.tensors) == (0, 0, {"prompt_embeddings": (4, 8)})
