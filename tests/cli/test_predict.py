"""`luthier predict`: where the result goes when nobody says."""

from gzip import compress
from pathlib import Path

import pytest

from luthier.cli.main import main
from tests.finished_runs import write_run


@pytest.mark.parametrize(
    ("name", "result"),
    [("new.csv", "new.predicted.csv"), ("a.b.tsv", "a.b.predicted.tsv"), ("new.JSONL", "new.predicted.JSONL")],
)
def test_beside_the_source(name: str, result: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name of the source with a word in it; the place is told on stdout."""
    write_run(tmp_path / "run")
    (tmp_path / name).write_text('{"text": "win"}\n' if name.endswith("JSONL") else "text\twhat\nwin\tb\n")

    assert main(["predict", str(tmp_path / "run"), str(tmp_path / name)]) == 0

    assert (tmp_path / result).is_file()
    assert str(tmp_path / result) in capsys.readouterr().out.replace("\n", "")


def test_packed_files_are_written_unpacked(tmp_path: Path) -> None:
    """The suffix of the packing goes."""
    write_run(tmp_path / "run")
    (tmp_path / "new.csv.gz").write_bytes(compress(b"text,what\nwin,b\n"))

    assert main(["predict", str(tmp_path / "run"), str(tmp_path / "new.csv.gz")]) == 0

    assert (tmp_path / "new.predicted.csv").read_text().startswith("text,what,predicted,")


def test_errors_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read ends with status 2, one error and no result."""
    write_run(tmp_path / "run")
    (tmp_path / "new.csv").write_text("text,what\nwin\n")

    assert main(["predict", str(tmp_path / "run"), str(tmp_path / "new.csv")]) == 2

    assert "line 2: 1 fields, but the header has 2" in capsys.readouterr().err
    assert not (tmp_path / "new.predicted.csv").exists()
