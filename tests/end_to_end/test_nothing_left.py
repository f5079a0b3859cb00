"""A run that cannot begin leaves the working folder as it was."""

from pathlib import Path

import pytest

from luthier.cli.main import main
from tests.end_to_end.test_bad_input import DATA, GOOD


@pytest.mark.parametrize("out", [[], ["--out", "a/b"]], ids=["runs", "out"])
@pytest.mark.parametrize("case", [*DATA, "no file"])
def test_bad_data(case: str, out: list[str], minilm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with the data, no folder of a run is there afterwards, nor one above it."""
    monkeypatch.chdir(tmp_path)
    if case in DATA:
        (tmp_path / "data.csv").write_bytes(DATA[case][0])

    assert main(["fit", "data.csv", "--model", str(minilm), *out]) == 2

    assert [path.name for path in tmp_path.rglob("*")] == (["data.csv"] if case in DATA else [])


@pytest.mark.parametrize(
    "words",
    [
        ["--model", "no/such-model"],
        ["--model", "."],
        ["--set", "train.nonsense=3"],
        ["--set", "train.batch_size=-1"],
        ["--strategy", "nonsense"],
        ["--text", "nonsense"],
        ["--set", "model.max_tokens=100000"],
    ],
    ids=" ".join,
)
def test_bad_wishes(words: list[str], minilm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for a model that is not there, and for settings and columns that do not exist."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_bytes(GOOD)
    model = [] if "--model" in words else ["--model", str(minilm)]

    assert main(["fit", "data.csv", *model, *words]) == 2

    assert [path.name for path in tmp_path.rglob("*")] == ["data.csv"]


def test_a_label_never_seen_in_training(
    minilm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A given test split with a class that train lacks is told or refused, never a crash."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.csv").write_bytes(GOOD)
    (tmp_path / "data" / "test.csv").write_text("text,label\nquite a new thing,z\nanother new thing here,z\n")

    status = main(["check", "data", "--model", str(minilm)])

    shown = capsys.readouterr()
    assert status in {0, 1, 2}
    assert "z" in shown.out + shown.err
    assert "Traceback" not in shown.err
