"""Where the model of a run stands, and what its configs say."""

import json
from pathlib import Path

import pytest

from luthier.errors import RunError
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.config import checkpoint_folders, checkpoint_step, model_folder, read


def put(folder: Path, name: str, value: object) -> None:
    """Write a JSON file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["config.json", "checkpoint-9/config.json"], ""),
        (["adapter_config.json"], ""),
        (["checkpoint-9/config.json", "checkpoint-10/config.json"], "checkpoint-10"),
        (["checkpoint-9/config.json", "checkpoint-10/x.json"], "checkpoint-9"),
        (["checkpoint-9/adapter_config.json"], "checkpoint-9"),
        (["checkpoint-best/config.json"], "checkpoint-best"),
        (["final/config.json", "checkpoint-9/config.json"], "checkpoint-9"),
        (["deep/down/config.json"], None),
        (["trainer_state.json"], None),
    ],
)
def test_model_folder(files: list[str], expected: str | None, tmp_path: Path) -> None:
    """The top goes before checkpoints, the newest before older ones, by number and not by letter."""
    for name in files:
        put(tmp_path, name, {})

    assert model_folder(Home(tmp_path)) == expected


def test_checkpoint_names() -> None:
    """Only what Trainer writes is a checkpoint."""
    names = (
        "checkpoint-12",
        "checkpoint-",
        "checkpoint-1x",
        "tmp-checkpoint-12",
        "checkpoint-١٢",
        "checkpoint-" + "9" * 40,
    )

    assert [checkpoint_step(name) for name in names] == [12, None, None, None, None, None]


def test_empty_checkpoints_count(tmp_path: Path) -> None:
    """A folder without files is seen, in the order of steps."""
    for step in (100, 20, 3):
        (tmp_path / f"checkpoint-{step}").mkdir()

    assert checkpoint_folders(Home(tmp_path)) == ["checkpoint-3", "checkpoint-20", "checkpoint-100"]


def test_real_run(trainer_run: Path, tiny_model: Path) -> None:
    """Class, labels and base of a run of Trainer."""
    home = Home(trainer_run)

    saved = read(home, model_folder(home), tiny_model)

    assert saved is not None
    assert saved.architecture == "BertForSequenceClassification"
    assert saved.base["architectures"] == ("BertModel",)
    assert {"config.json", "model.safetensors", "trainer_state.json"} <= set(saved.files)
    assert not any("/" in name for name in saved.files)
    assert [(source.file, source.note) for source in home.sources] == [("config.json", ""), ("model/config.json", "")]


def test_generation_config(tmp_path: Path) -> None:
    """The generation config beside it is read too."""
    put(tmp_path, "checkpoint-4/config.json", {"id2label": {"10": "c", "2": "b", "0": "a"}})
    put(tmp_path, "checkpoint-4/generation_config.json", {"eos_token_id": [1, 2]})
    home = Home(tmp_path)

    saved = read(home, model_folder(home))

    assert saved is not None
    assert saved.generation == {"eos_token_id": (1, 2)}
    assert saved.labels == ("a", "b", "c")
    assert (saved.folder, saved.base) == ("checkpoint-4", {})


def test_names_of_checkpoints(tmp_path: Path) -> None:
    """Of the first and the newest, but the one that is read itself; those without names are left out."""
    for step in range(12):
        put(tmp_path, f"checkpoint-{step}/config.json", {"id2label": {"0": "b", "1": f"a {step}"}} if step != 5 else {})
    put(tmp_path, "config.json", {})

    found, newest = read(Home(tmp_path), ""), read(Home(tmp_path), "checkpoint-11")

    assert found is not None
    assert newest is not None
    assert list(found.earlier) == ["checkpoint-0", *(f"checkpoint-{step}" for step in (3, 4, 6, 7, 8, 9, 10, 11))]
    assert found.earlier["checkpoint-0"] == ("b", "a 0")
    assert "checkpoint-11" not in newest.earlier


@pytest.mark.parametrize("content", ["[]", "{", '"bert"', "{" * 5000, '{"a":' * 600 + "1" + "}" * 600, "\x00"])
def test_what_is_no_config(content: str, tmp_path: Path) -> None:
    """A file that holds no object gives nothing, and the diary says why."""
    (tmp_path / "config.json").write_text(content)
    home = Home(tmp_path)

    assert read(home, "") is None
    assert home.sources[-1].note


def test_values_that_are_no_numbers(tmp_path: Path) -> None:
    """NaN and Infinity, which JSON does not know and Python writes, are read."""
    (tmp_path / "config.json").write_text('{"a": NaN, "b": -Infinity}')
    saved = read(Home(tmp_path), "")

    assert saved is not None
    assert saved.model["b"] == float("-inf")


def test_base_that_is_not_there(tmp_path: Path) -> None:
    """A base that is no folder is the user's mistake, and an error."""
    put(tmp_path, "config.json", {})

    with pytest.raises(RunError, match="no such folder"):
        read(Home(tmp_path), "", tmp_path / "none")


def test_nothing(tmp_path: Path) -> None:
    """Without a model there is no config; an adapter alone has none either."""
    put(tmp_path, "adapter_config.json", {})

    assert read(Home(tmp_path), None) is None
    assert read(Home(tmp_path), "") is None
