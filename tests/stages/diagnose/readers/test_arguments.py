"""Settings out of folders of runs: real files of Trainer and TRL, cards, YAML, and files that mean harm."""

import argparse
import json
import os
from dataclasses import fields
from enum import Enum
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import Seq2SeqTrainingArguments, TrainingArguments
from transformers.modelcard import extract_hyperparameters_from_trainer

from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.arguments import changed, read
from tests.stages.diagnose.readers.hostile_pickles import ARCHIVES, BROKEN, CALLS, TOO_MUCH, archived
from tests.stages.diagnose.readers.test_card import OLD

ASKED: dict[str, object] = {
    "learning_rate": 3e-4,
    "num_train_epochs": 2,
    "per_device_train_batch_size": 12,
    "gradient_accumulation_steps": 3,
    "warmup_steps": 0.06,
    "weight_decay": 0.1,
    "lr_scheduler_type": "cosine_with_restarts",
    "lr_scheduler_kwargs": {"num_cycles": 3},
    "eval_strategy": "steps",
    "eval_steps": 50,
    "save_strategy": "steps",
    "save_steps": 100,
    "load_best_model_at_end": True,
    "metric_for_best_model": "f1",
    "label_names": ["labels", "start_positions"],
    "optim": "paged_adamw_8bit",
    "hub_strategy": "checkpoint",
    "hub_token": "hf_secret",
    "report_to": ["none"],
    "debug": "underflow_overflow",
    "use_cpu": True,
    "seed": 7,
}


def simple(value: object) -> object:
    """A value of the settings as it should be read."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return tuple(simple(one) for one in value)
    return {key: simple(one) for key, one in value.items()} if isinstance(value, dict) else value


def saved(arguments: object, folder: Path) -> Home:
    """A folder with settings in it, saved as Trainer does."""
    torch.save(arguments, folder / "training_args.bin")
    return Home(folder)


def compare(arguments: TrainingArguments, folder: Path) -> None:
    """Every field of the settings is read as it is, but for the secret and one object."""
    found = read(saved(arguments, folder))

    assert found is not None
    assert found.kind == type(arguments).__name__
    assert found.source == "training_args.bin"
    wanted = {field.name: simple(getattr(arguments, field.name)) for field in fields(arguments) if field.init}
    assert wanted.pop("hub_token") == "hf_secret"
    config = wanted.pop("accelerator_config")
    assert {name: found.values.get(name, "not read") for name in wanted} == wanted
    assert found.values["accelerator_config"] == simple(vars(config))
    assert "hf_secret" not in repr(found)


def test_training_arguments(tmp_path: Path) -> None:
    """Trainer's own settings."""
    compare(TrainingArguments(output_dir=str(tmp_path / "out"), **ASKED), tmp_path)  # type: ignore[arg-type]


def test_sequence_to_sequence_arguments(tmp_path: Path) -> None:
    """The settings of Seq2SeqTrainer."""
    asked = {**ASKED, "predict_with_generate": True, "generation_max_length": 64}
    compare(Seq2SeqTrainingArguments(output_dir=str(tmp_path / "out"), **asked), tmp_path)  # type: ignore[arg-type]


def test_sft_config(tmp_path: Path) -> None:
    """TRL's settings; whose they are is known by their class."""
    trl = pytest.importorskip("trl")
    asked = {**ASKED, "max_length": 512, "packing": True, "bf16": False, "activation_checkpointing": True}
    compare(trl.SFTConfig(output_dir=str(tmp_path / "out"), **asked), tmp_path)

    found = read(Home(tmp_path))

    assert found is not None
    assert found.tool == "trl"


def test_arguments_of_a_script(tmp_path: Path) -> None:
    """Example scripts of 2019 saved the namespace of argparse."""
    found = read(saved(argparse.Namespace(per_gpu_train_batch_size=8, num_train_epochs=3.0, n_gpu=2), tmp_path))

    assert found is not None
    assert (found.kind, found.tool) == ("Namespace", "transformers")
    assert found.values == {"per_device_train_batch_size": 8, "num_train_epochs": 3.0, "n_gpu": 2}


def bits(values: dict[str, object]) -> bytes:
    """A pickle of settings of a class that is not at hand, in protocol 0."""
    lines = "".join(f"V{name}\n{value}" for name, value in values.items())
    return f"ctransformers.training_args\nTrainingArguments\n)\x81}}({lines}ub.".encode("latin-1")


def test_devices_have_public_names(tmp_path: Path) -> None:
    """The number of devices is kept, objects and private attributes are not."""
    (tmp_path / "training_args.bin").write_bytes(
        bits({"_n_gpu": "I4\n", "_cache": "I1\n", "plugin": "cevil\nPlugin\n)R", "eos_token": "V<a.b>\n"})
    )

    found = read(Home(tmp_path))

    assert found is not None
    assert found.values == {"n_gpu": 4, "eos_token": "<a.b>"}


def test_the_newest_checkpoint(tmp_path: Path) -> None:
    """Without settings at the top, those of the newest checkpoint that can be read."""
    for step, data in ((9, bits({"seed": "I9\n"})), (10, bits({"seed": "I10\n"})), (100, b"cut")):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        (folder / "training_args.bin").write_bytes(data)
    home = Home(tmp_path)

    found = read(home)

    assert found is not None
    assert found.source == "checkpoint-10/training_args.bin"
    assert [source.file for source in home.sources] == [
        "checkpoint-100/training_args.bin",
        "checkpoint-10/training_args.bin",
    ]
    assert home.sources[0].note


def test_what_was_changed_at_a_resume(tmp_path: Path) -> None:
    """The oldest checkpoint against the run: what the rate follows from, and nothing else."""
    for folder, rate, epochs in (("checkpoint-9", 1e-3, 3), ("checkpoint-10", 1e-5, 6), (".", 1e-5, 6)):
        (tmp_path / folder).mkdir(exist_ok=True)
        given = TrainingArguments(output_dir=folder, learning_rate=rate, num_train_epochs=epochs, use_cpu=True)
        torch.save(given, tmp_path / folder / "training_args.bin")
    home = Home(tmp_path)

    assert changed(home, read(home)) == {"learning_rate": (1e-3, 1e-5), "num_train_epochs": (3, 6)}
    assert changed(home, None) == {}


def test_nothing_was_changed(tmp_path: Path) -> None:
    """A single file of settings, or one that cannot be read."""
    home = saved(TrainingArguments(output_dir="out", use_cpu=True), tmp_path)
    assert changed(home, read(home)) == {}

    (tmp_path / "checkpoint-5").mkdir()
    (tmp_path / "checkpoint-5" / "training_args.bin").write_bytes(b"harm")
    home = Home(tmp_path)
    assert changed(home, read(home)) == {}


def test_a_card(tmp_path: Path) -> None:
    """A model card alone is enough."""
    (tmp_path / "README.md").write_text(OLD)

    found = read(Home(tmp_path))

    assert found is not None
    assert (found.kind, found.tool, found.source) == ("", "transformers", "README.md")
    assert found.values["learning_rate"] == 2e-5
    assert found.values["warmup_steps"] == 0.1


def test_the_card_that_trainer_writes(tmp_path: Path) -> None:
    """The list that the installed Trainer puts into its card is read, value by value."""
    asked = TrainingArguments(
        output_dir=str(tmp_path / "out"), **{**ASKED, "max_steps": 90, "label_smoothing_factor": 0.1}
    )  # type: ignore[arg-type]
    listed = extract_hyperparameters_from_trainer(SimpleNamespace(args=asked))
    lines = "".join(f"- {name}: {value}\n" for name, value in listed.items())
    (tmp_path / "README.md").write_text(f"The following hyperparameters were used during training:\n{lines}")

    found = read(Home(tmp_path))

    assert found is not None
    assert len(found.values) == 13
    assert {name: simple(getattr(asked, name)) for name in found.values} == found.values


def test_a_card_of_trl(tmp_path: Path) -> None:
    """TRL tags its cards."""
    (tmp_path / "README.md").write_text(OLD.replace("- generated", "- trl\n- generated"))

    found = read(Home(tmp_path))

    assert found is not None
    assert found.tool == "trl"


def test_losses_in_a_card(tmp_path: Path) -> None:
    """A card of Sentence Transformers adds the losses to whatever held the settings."""
    (tmp_path / "README.md").write_text("---\ntags:\n- loss:TripletLoss\n---\n")
    assert read(Home(tmp_path)) is None
    (tmp_path / "training_args.yaml").write_text("learning_rate: 0.1\nper_device_train_batch_size: 4\n")

    found = read(Home(tmp_path))

    assert found is not None
    assert found.values["loss"] == ("TripletLoss",)


def test_disagreements_are_noted(tmp_path: Path) -> None:
    """The first source wins; a later one that says otherwise is in the diary."""
    (tmp_path / "training_args.bin").write_bytes(bits({"learning_rate": "F5e-5\n", "num_train_epochs": "I3\n"}))
    (tmp_path / "README.md").write_text(OLD)
    home = Home(tmp_path)

    found = read(home)

    assert found is not None
    assert found.values == {"learning_rate": 5e-5, "num_train_epochs": 3}
    notes = [source.note for source in home.sources if source.note]
    assert notes == ["says learning_rate=2e-05 where training_args.bin says 5e-05"]


def test_yaml(tmp_path: Path) -> None:
    """A number without a point is a number, a strategy that YAML takes for false is "no"."""
    (tmp_path / "run.yaml").write_text(
        "model_name_or_path: some/model\nlearning_rate: 1e-4\nnum_train_epochs: 3.0\neval_strategy: no\n"
        "per_device_train_batch_size: 2\nstarted: 2024-01-01\nrun_name: 12e\n"
    )

    found = read(Home(tmp_path))

    assert found is not None
    assert (found.tool, found.source) == ("transformers", "run.yaml")
    assert found.values["learning_rate"] == 1e-4
    assert found.values["eval_strategy"] == "no"
    assert found.values["run_name"] == "12e"


def test_hparams_of_lightning(tmp_path: Path) -> None:
    """Lightning writes them into a folder of its own."""
    folder = tmp_path / "lightning_logs" / "version_0"
    folder.mkdir(parents=True)
    (folder / "hparams.yaml").write_text("lr: 0.001\nbatch_size: 16\n")

    found = read(Home(tmp_path))

    assert found is not None
    assert found.values == {"learning_rate": 0.001, "per_device_train_batch_size": 16}


def test_json(tmp_path: Path) -> None:
    """args.json of a script."""
    (tmp_path / "args.json").write_text(
        json.dumps({"learning_rate": 1e-3, "num_train_epochs": 1, "token": "hf_secret"})
    )

    found = read(Home(tmp_path))

    assert found is not None
    assert found.values == {"learning_rate": 1e-3, "num_train_epochs": 1}


def test_nothing(tmp_path: Path) -> None:
    """A folder without settings; YAML of something else is noted and left alone."""
    (tmp_path / "docker.yaml").write_text("services: {web: 1}\n")
    (tmp_path / "README.md").write_text("# A model\n")
    home = Home(tmp_path)

    assert read(home) is None
    assert [(source.file, source.note) for source in home.sources] == [
        ("docker.yaml", "no settings of a training in it")
    ]


PICKLES = {**CALLS, **BROKEN, **TOO_MUCH, **ARCHIVES}


@pytest.mark.parametrize("name", PICKLES)
def test_hostile_settings(tmp_path: Path, name: str) -> None:
    """Hostile settings give a note or inert settings, and the card beside them is still read."""
    (tmp_path / "training_args.bin").write_bytes(PICKLES[name])
    (tmp_path / "README.md").write_text(OLD)
    home = Home(tmp_path)

    found = read(home)

    assert found is not None
    assert home.sources
    assert found.source == "README.md" or found.values


LAUGHS = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{b}, *{b}]\n" for b, c in zip("abcdefghi", "bcdefghij", strict=True))
TEXTS = {
    "laughs.yaml": LAUGHS + "learning_rate: 1\n",
    "merge.yaml": "a: &a {x: 1}\nb: {<<: [*a, *a]}\nlearning_rate: 1\n",
    "loop.yaml": "&a [*a]\n",
    "deep.yaml": "[" * 5_000,
    "deep-block.yaml": "".join(" " * i + "a:\n" for i in range(200)),
    "object.yaml": "!!python/object/apply:os.system ['echo harm > HARM']\n",
    "tag.yaml": "!evil {learning_rate: 1}\n",
    "time.yaml": "a: 2001-99-99\n",
    "binary.yaml": "a: !!binary '*'\n",
    "truth.yaml": "a: !!bool maybe\n",
    "int.yaml": "a: !!int ''\n",
    "huge.yaml": f"learning_rate: {'9' * 5_000}\n",
    "keys.yaml": "? [a]\n: 1\n",
    "list.yaml": "- 1\n",
    "empty.yaml": "",
    "tab.yaml": "a:\n\t- b\n",
    "args.json": "[" * 100_000,
    "training_args.json": '{"learning_rate": NaN, "num_train_epochs": 1e999, "a": "\\ud800"',
    "hparams.yaml": "\0",
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """YAML and JSON that mean harm or nothing are noted, and run nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(TEXTS[name])
    home = Home(tmp_path)

    assert read(home) is None
    assert [source.file for source in home.sources] == [name]
    assert home.sources[0].note
    assert not (tmp_path / "HARM").exists()


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Garbage and a sparse file under every name are noted."""
    for name in ("training_args.bin", "training_args.json", "hparams.yaml", "README.md"):
        (tmp_path / name).write_bytes(b"\xff\xfe\x00garbage")
    (tmp_path / "sparse.yaml").touch()
    os.truncate(tmp_path / "sparse.yaml", 2**30)
    home = Home(tmp_path)

    assert read(home) is None
    assert {source.file for source in home.sources} == {
        "training_args.bin",
        "training_args.json",
        "hparams.yaml",
        "README.md",
        "sparse.yaml",
    }
    assert all(source.note for source in home.sources)


NAMES = ["training_args.bin", "training_args.json", "hparams.yaml", "x.yml", "README.md"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(NAMES), st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode())))
def test_random_files(tmp_path: Path, name: str, data: bytes) -> None:
    """Any bytes under any of the names are read or noted."""
    for other in NAMES:
        (tmp_path / other).unlink(missing_ok=True)
    (tmp_path / name).write_bytes(data)

    read(Home(tmp_path))


PIECES = ["a", ":", " ", "\n", "- ", "{", "}", "[", "]", "*a", "&a ", "!!", "int", "'", "1e5", "|", "<<", "?"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_random_yaml(tmp_path: Path, text: str) -> None:
    """Any YAML is read or noted."""
    (tmp_path / "x.yaml").write_text("learning_rate: 1\n" + text)

    read(Home(tmp_path))


def test_an_archive_with_harm_in_it(tmp_path: Path) -> None:
    """Settings as Trainer saves them, with a call inside: the other values are read."""
    (tmp_path / "training_args.bin").write_bytes(archived(CALLS["nested in settings, protocol 2"]))

    found = read(Home(tmp_path))

    assert found is not None
    assert found.values == {"learning_rate": 3e-5, "seed": 7}
