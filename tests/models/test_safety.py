"""No model folder, however hostile, runs code or ends in a traceback: it is refused with file and next step."""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from luthier.errors import ModelError
from luthier.models.load import facts, load_classifier, load_saved
from luthier.models.locate import locate
from luthier.models.tiny import write_tiny_model
from luthier.models.tokenizer import TextTokenizer
from tests.models.hostile import EVIL_CODE, IGNORED, MARKER, REFUSED, Change, Evil

_watched = {"on": False}
_seen: list[str] = []
_FORBIDDEN = {"pickle.find_class", "os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "socket.connect"}


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watched["on"] and (event in _FORBIDDEN or (event == "import" and str(arguments[0]).startswith("evil"))):
        _seen.append(f"{event} {arguments[:1]}")


sys.addaudithook(_hook)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder that loads."""
    return write_tiny_model(tmp_path_factory.mktemp("sound"), ["a plain text", "another one"], positions=16)


@pytest.fixture
def folder(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to damage, in the working directory, with the marker elsewhere and the audit hook on."""
    monkeypatch.setenv(MARKER, str(tmp_path / "marker"))
    monkeypatch.setitem(_watched, "on", True)
    _seen.clear()
    copy = tmp_path / "model"
    shutil.copytree(sound, copy)
    monkeypatch.chdir(copy)
    return copy


def use(folder: Path) -> np.ndarray:
    """All that a run does with a model folder, in the same order; the ids of one text."""
    located = locate(str(folder))
    facts("model", located)
    tokenizer = TextTokenizer.load(located)
    load_classifier(located, ("a", "b"), "cls")
    return tokenizer.ids(["a plain text"], 8)[0]


@pytest.mark.parametrize(("change", "names"), REFUSED.values(), ids=REFUSED)
def test_refused(change: Change, names: str, folder: Path) -> None:
    """Each is a ModelError that names the file and a next step; nothing ran, nothing was unpickled or fetched."""
    change(folder)

    with pytest.raises(ModelError) as caught:
        use(folder)

    assert names in str(caught.value)
    assert str(folder) in str(caught.value)
    assert caught.value.next_step
    assert len(caught.value.what) < 500
    assert _seen == []
    assert not Path(os.environ[MARKER]).exists()


@pytest.mark.parametrize("change", IGNORED.values(), ids=IGNORED)
def test_ignored(change: Change, folder: Path, sound: Path) -> None:
    """What lies beside a sound model is not run, and the model works as without it."""
    change(folder)

    ids = use(folder)

    assert ids.tolist() == use(sound).tolist()
    assert _seen == []
    assert not Path(os.environ[MARKER]).exists()


def test_enough() -> None:
    """The table does not shrink."""
    assert len(REFUSED) >= 100
    assert len(IGNORED) >= 15


def test_the_watch_sees(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook and the marker do show a pickle that is loaded and a module that is imported."""
    os.system(Evil().__reduce__()[1][0])
    assert any("os.system" in event for event in _seen)
    assert Path(os.environ[MARKER]).exists()

    Path(os.environ[MARKER]).unlink()
    (folder / "evil_twin.py").write_text(EVIL_CODE)
    monkeypatch.syspath_prepend(folder)
    __import__("evil_twin")
    assert any("evil_twin" in event for event in _seen)
    assert Path(os.environ[MARKER]).exists()


@pytest.mark.parametrize("name", ["auto_map in config", "cut to half", "NaN", "no config", "index to a pickle"])
def test_saved_models_are_not_trusted_either(name: str, folder: Path) -> None:
    """The model of a run goes through the same door when it is loaded to predict."""
    change, names = REFUSED[name]
    load_classifier(folder, ("a", "b"), "cls").save_pretrained(folder)
    load_saved(folder)
    if name != "NaN":
        change(folder)
    else:
        broken = load_classifier(folder, ("a", "b"), "cls")
        next(broken.parameters()).data.fill_(float("nan"))
        broken.save_pretrained(folder)

    with pytest.raises(ModelError, match=names):
        load_saved(folder)


def test_a_head_that_is_missing(folder: Path) -> None:
    """A model without its head is no saved classifier: it would answer at random."""
    with pytest.raises(ModelError, match=r"lack .* drawn at random"):
        load_saved(folder)
