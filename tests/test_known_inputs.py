"""What a run began with is written down, and a run that goes on looks whether it is still so."""

import json
import shutil
from pathlib import Path

import pyarrow.csv
import pytest

from luthier.errors import RunError
from luthier.facts.event import Event
from luthier.facts.request import Request
from luthier.failures import _corpora
from luthier.folder import RunFolder
from luthier.known import Known, look_or_remember


class Begun:
    """A run that has looked at its data, and the model that it began with."""

    def __init__(self, home: Path, model: Path) -> None:
        self.model = shutil.copytree(model, home / "model")
        table = _corpora.make("reviews", 80, {}, 0).select(["text", "label"])
        pyarrow.csv.write_csv(table, home / "rows.csv")
        self.folder = RunFolder(home / "run")
        self.folder.path.mkdir()
        self.request = Request(data=str(home / "rows.csv"), model=str(self.model))
        self.said: list[str] = []
        self.first = self.go_on()

    def go_on(self) -> Known:
        """Look, or read back."""
        return look_or_remember(self.request, self.folder, self._watch)

    def _watch(self, event: Event) -> None:
        self.said.append(event.text)


@pytest.fixture
def begun(tmp_path: Path, tiny_model: Path) -> Begun:
    """Fresh for every test."""
    return Begun(tmp_path, tiny_model)


def test_it_is_read_back(begun: Begun) -> None:
    """Plan, facts and rows, without the user's file and without a word."""
    (begun.folder.path.parent / "rows.csv").unlink()
    begun.said.clear()
    again = begun.go_on()

    assert again.plan == begun.first.plan
    assert again.data == begun.first.data
    assert again.model == begun.first.model
    assert all(again.splits[name].equals(begun.first.splits[name]) for name in ("train", "validation", "test"))
    assert begun.said == []


def test_another_machine_is_told(begun: Begun) -> None:
    """It may go on, but the last bits of a sum may differ."""
    inputs = json.loads(begun.folder.inputs.read_bytes())
    inputs["machine"] = {"torch": "2.0.0", "threads": "64"}
    begun.folder.inputs.write_text(json.dumps(inputs))
    begun.said.clear()
    begun.go_on()

    assert len(begun.said) == 2
    assert begun.said[0].startswith("the run began with torch 2.0.0 and goes on with ")
    assert all("last bits" in line for line in begun.said)


@pytest.mark.parametrize(
    ("name", "what"),
    [("model/model.safetensors", "was changed"), ("model/vocab.txt", "is new"), ("run/data/test.parquet", "is gone")],
)
def test_what_differs_is_named(begun: Begun, name: str, what: str) -> None:
    """Changed, new or gone."""
    path = begun.folder.path.parent / name
    if what == "is gone":
        path.unlink()
    elif what == "is new":
        path.write_text("[PAD]\n")
    else:
        raw = path.read_bytes()
        path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))

    with pytest.raises(RunError, match=f"{path.name} {what} since the run began") as told:
        begun.go_on()
    assert told.value.where == str(path)


def test_a_damaged_list(begun: Begun) -> None:
    """Nothing can be compared with it."""
    begun.folder.inputs.write_text("{")

    with pytest.raises(RunError, match=r"inputs\.json: cannot be read"):
        begun.go_on()


def test_before_the_list_is_written_nothing_has_begun(begun: Begun) -> None:
    """A run killed between plan and list looks again, and comes to the same."""
    first = begun.folder.inputs.read_bytes()
    begun.folder.inputs.unlink()
    begun.go_on()

    assert begun.folder.inputs.read_bytes() == first
