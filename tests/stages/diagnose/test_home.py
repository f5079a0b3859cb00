"""A folder read with suspicion: what is seen of it, and what its files may say."""

import os
from pathlib import Path

import pytest

from luthier.stages.diagnose.home import Home


def write(folder: Path, *names: str) -> Home:
    """The folder with these files in it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    return Home(folder)


def test_below(tmp_path: Path) -> None:
    """Files of a folder and of those in it, and of no neighbour whose name begins alike."""
    home = write(tmp_path, "run/a", "run/in/b", "run-2/c", "run.txt", "run0", "run1/d", "e")

    assert home.below("run") == ("a", "in/b")
    assert home.below("run/in") == ("b",)
    assert home.below("") == home.files
    assert home.below("elsewhere") == ()


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """Files and folders whose names UTF-8 cannot hold are left alone, and the diary says so."""
    os.mkdir(os.path.join(os.fsencode(tmp_path), b"run-\xff"))
    home = write(tmp_path, "ä.log")

    assert (home.files, home.folders) == (("ä.log",), ())
    assert [source.file for source in home.sources] == ["run-?"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ('{"a": [1,]}', "not JSON (line 1, column "),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "too many digits"),
        ("[1]", "a JSON list where"),
    ],
)
def test_what_is_no_object(text: str, note: str, tmp_path: Path) -> None:
    """The diary says what is wrong; of a file that is not there it says nothing."""
    (tmp_path / "a.json").write_text(text)
    home = Home(tmp_path)

    assert home.json("a.json", "config") is home.json("b.json", "config") is None
    (source,) = home.sources
    assert note in source.note


def test_half_surrogate_pairs(tmp_path: Path) -> None:
    """JSON can spell what UTF-8 cannot hold; it becomes a question mark, in names and in values. Pairs stay."""
    (tmp_path / "a.json").write_text(r'{"\ud800": ["\udfff", "\ud83d\ude00", "é"]}')

    assert Home(tmp_path).json("a.json", "config") == {"?": ("?", "😀", "é")}
