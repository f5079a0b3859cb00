"""The healthy classifier beside one that Trainer really wrote."""

import json
from pathlib import Path

import pytest
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from luthier.facts.scene import RunScene
from luthier.scenes.folder import write


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The healthy folder."""
    return write(RunScene(), tmp_path_factory.mktemp("scene")).run


def keys(folder: Path, name: str) -> set[str]:
    """Keys of a JSON object."""
    return set(json.loads((folder / name).read_text()))


def entries(folder: Path) -> list[set[str]]:
    """Keys of each kind of entry of the log."""
    history = json.loads((folder / "trainer_state.json").read_text())["log_history"]
    return sorted({frozenset(entry) for entry in history}, key=sorted)  # type: ignore[arg-type]


def test_same_files(made: Path, trainer_run: Path) -> None:
    """But for the pickle of the settings, and the scores that scripts save."""
    for folder in ("", "checkpoint-300"):
        ours = {path.name for path in (made / folder).iterdir() if path.is_file()}
        theirs = {path.name for path in (trainer_run / folder.replace("300", "4")).iterdir() if path.is_file()}

        assert theirs - ours == {"training_args.bin"}
        assert ours - theirs <= {"training_args.yaml", "all_results.json", "eval_results.json", "train_results.json"}


def test_same_keys(made: Path, trainer_run: Path) -> None:
    """Of state, log and tokenizer; the config has class names besides."""
    assert keys(made, "trainer_state.json") == keys(trainer_run, "trainer_state.json")
    assert keys(made, "tokenizer_config.json") <= keys(trainer_run, "tokenizer_config.json")
    assert keys(made, "config.json") - keys(trainer_run, "config.json") == {"id2label", "label2id"}
    assert keys(trainer_run, "config.json") <= keys(made, "config.json")
    theirs = [{"eval_accuracy" if key == "eval_right" else key for key in one} for one in entries(trainer_run)]
    assert sorted(map(sorted, entries(made))) == sorted(map(sorted, theirs))


def test_loads(made: Path) -> None:
    """Transformers finds every weight, and the tokenizer its words."""
    model, told = AutoModelForSequenceClassification.from_pretrained(made, output_loading_info=True)
    ids = AutoTokenizer.from_pretrained(made)("my neighbour burned the stew")["input_ids"]

    assert not any(told[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert model.config.id2label[2] == "sport"
    assert len(ids) == 7
