"""Bad input from the command line: one message with a place and a next step, status 2, nothing half-written."""

import json
import random
import shutil
from pathlib import Path

import pytest

from luthier.cli.main import main

WORDS = [
    "good",
    "bad",
    "film",
    "plot",
    "actor",
    "scene",
    "music",
    "story",
    "fine",
    "weak",
    "long",
    "short",
    "bright",
    "dull",
    "sharp",
    "calm",
    "loud",
    "warm",
]


def text(number: int) -> str:
    """Eight words, another eight for each number."""
    return " ".join(random.Random(number).choices(WORDS, k=8)) + f" {number}"


ROWS = [(text(number), "ab"[number % 2]) for number in range(60)]


def table(rows: list[tuple[str, str]], header: str = "text,label") -> bytes:
    """Rows as CSV."""
    return "\n".join([header, *(f"{words},{label}" for words, label in rows), ""]).encode()


GOOD = table(ROWS)
DATA = {
    "empty": (b"", "the file is empty"),
    "header only": (b"text,label\n", "a header and no rows"),
    "binary": (random.Random(0).randbytes(4_000), "binary"),
    "NUL bytes": (GOOD[:300] + b"\0" + GOOD[300:], "NUL"),
    "ragged": (GOOD + b"one,two,three,four\n", "line 62: 4 fields, but the header has 2"),
    "open quote": (GOOD + b'"never closed,a\nx,b\n', "line 62: a quote is opened and never closed"),
    "twin headers": (table(ROWS, "text,text"), "2 columns are called 'text'"),
    "no text": (table([(str(n), "ab"[n % 2]) for n in range(60)], "n,label"), "no column looks like text"),
    "one class": (table([(words, "a") for words, _ in ROWS]), "there is nothing to learn"),
    "no labels": (table([(words, "") for words, _ in ROWS]), "is empty in all 60 rows"),
    "300 classes": (table([(text(n), f"c{n % 300}") for n in range(400)]), "300 classes on 400 rows"),
}


def refused(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A command ends with status 2 and one error that has a next step."""
    assert main(words) == 2

    shown = capsys.readouterr()
    assert shown.out == ""
    error = shown.err.partition("error: ")[2]
    assert message in error
    assert "\n  next: " in error
    assert len(error.strip().splitlines()) == 2


@pytest.mark.parametrize("case", DATA)
def test_data(case: str, minilm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Data that cannot be used names itself and what is wrong with it."""
    content, message = DATA[case]
    path = tmp_path / "data.csv"
    path.write_bytes(content)

    refused(["check", str(path), "--model", str(minilm)], message, capsys)


def test_no_file(minilm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path that leads nowhere."""
    refused(["check", str(tmp_path / "none.csv"), "--model", str(minilm)], "there is no such file", capsys)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("auto_map", "this model needs code of its own"),
        ("pickled", "no safetensors weights"),
        ("cut", "these weights cannot be read"),
        ("no tokenizer", "the tokenizer cannot be loaded"),
        ("empty", "no config.json"),
    ],
)
def test_model(damage: str, message: str, minilm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model that cannot be used, or would run code, is refused before anything of it is loaded."""
    folder = tmp_path / "model"
    folder.mkdir()
    kept = [] if damage == "empty" else [path for path in minilm.iterdir() if path.is_file()]
    for path in kept:
        if damage != "no tokenizer" or not path.name.startswith(("tokenizer", "vocab")):
            shutil.copy(path, folder)
    if damage == "auto_map":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModel": "code.Model"}}))
    if damage == "pickled":
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    if damage == "cut":
        with (folder / "model.safetensors").open("r+b") as weights:
            weights.truncate(1_000_000)
    data = tmp_path / "data.csv"
    data.write_bytes(GOOD)

    refused(["check", str(data), "--model", str(folder)], message, capsys)


def test_a_model_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hub id that cannot be had, here because there is no hub."""
    data = tmp_path / "data.csv"
    data.write_bytes(GOOD)

    refused(["check", str(data), "--model", "no/such-model"], "no model 'no/such-model'", capsys)


@pytest.mark.parametrize("out", ["used", "file", "file/below"])
def test_out(out: str, minilm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run folder that cannot be, or that holds something, is refused before anything is read."""
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    data = tmp_path / "data.csv"
    data.write_bytes(GOOD)

    refused(["fit", str(data), "--model", str(minilm), "--out", str(tmp_path / out)], str(tmp_path / out), capsys)

    assert (tmp_path / "used" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["diagnose", "nowhere"], "nowhere"),
        (["predict", "nowhere", "a.csv"], "nowhere"),
        (["fit", "--resume", "nowhere"], "nowhere"),
        (["fit", "--plan", "nowhere.yaml"], "the plan file cannot be read"),
    ],
)
def test_runs_that_are_not_there(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run or a plan that does not exist is named, and leaves nothing behind."""
    monkeypatch.chdir(tmp_path)

    refused(words, message, capsys)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--strategy", "ful"], "there is no strategy ful"),
        (["--max-tokens", "600"], "600 tokens do not fit"),
        (["--set", "train.metric=acuracy"], "there is no metric acuracy"),
        (["--set", "train.rate=fast"], "train.rate is a number"),
    ],
)
def test_plans(
    words: list[str], message: str, minilm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wish that is no setting, or contradicts the facts."""
    data = tmp_path / "data.csv"
    data.write_bytes(GOOD)

    refused(["check", str(data), "--model", str(minilm), *words], message, capsys)


@pytest.mark.parametrize("case", ["UTF-16 without mark", "quoted newlines", "a class of one row", "a row of 5 MB"])
def test_odd_but_usable(case: str, minilm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Data that is odd is read, and what is odd about it is told, not refused."""
    content = {
        "UTF-16 without mark": GOOD.decode().encode("utf-16-le"),
        "quoted newlines": table([*ROWS, ('"a\nb\nc"', "a")]),
        "a class of one row": table([*ROWS, (text(99), "c")]),
        "a row of 5 MB": table([*ROWS, ("word " * 1_000_000, "a")]),
    }[case]
    data = tmp_path / "data.csv"
    data.write_bytes(content)

    assert main(["check", str(data), "--model", str(minilm)]) in (0, 1)
    assert "error: " not in capsys.readouterr().err
