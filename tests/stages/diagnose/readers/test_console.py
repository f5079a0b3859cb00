"""Known messages in saved console output."""

import time
from pathlib import Path

import pytest

from luthier.facts.console import Line
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import console

MISMATCH = b"WARNING: tokenization mismatch: 1 vs. 2. (ignored)\n"


def test_lines_and_counts(tmp_path: Path) -> None:
    """The first five lines of a message are kept with their numbers, all are counted."""
    (tmp_path / "train.log").write_bytes(b"start\n" + 7 * MISMATCH + b"torch.OutOfMemoryError: CUDA out of memory\n")
    facts = console.read(Home(tmp_path))

    assert facts is not None
    assert (facts.files, facts.lines) == (("train.log",), 9)
    assert [line.number for line in facts.messages["tokenization_mismatch"]] == [2, 3, 4, 5, 6]
    assert facts.counts == {"tokenization_mismatch": 7, "cuda_oom": 1}
    assert facts.messages["cuda_oom"] == (Line("train.log", 9, "torch.OutOfMemoryError: CUDA out of memory"),)


def test_between_progress_bars(tmp_path: Path) -> None:
    """A carriage return ends the text of a line and not its number; colours are taken off."""
    content = b"1%\r2%\r\x1b[31mWARNING: tokenization\x1b[0m mismatch: 1 vs. 2.\r3%\nend"
    (tmp_path / "nohup.out").write_bytes(content)
    facts = console.read(Home(tmp_path))

    assert facts is not None
    assert facts.lines == 2
    assert facts.messages["tokenization_mismatch"][0] == Line(
        "nohup.out", 1, "WARNING: tokenization mismatch: 1 vs. 2."
    )


def test_the_source_line_of_a_warning(tmp_path: Path) -> None:
    """Python prints the line of code below a warning; it is not the warning again."""
    text = "x.py:9: UserWarning: LOC seems not to be NE tag.\n  warnings.warn('{} seems not to be NE tag.')\n"
    (tmp_path / "run.err").write_text(text)
    facts = console.read(Home(tmp_path))

    assert facts is not None
    assert facts.counts == {"not_entity_tags": 1}


def test_a_large_file(tmp_path: Path) -> None:
    """Of a sparse gigabyte the start and the end are read; lines after the gap have no number."""
    with (tmp_path / "slurm-17.out").open("wb") as file:
        file.write(MISMATCH)
        file.seek(2**30)
        file.write(b"\n" + MISMATCH)
    home = Home(tmp_path)
    facts = console.read(home)

    assert facts is not None
    assert [line.number for line in facts.messages["tokenization_mismatch"]] == [1, 0]
    assert home.sources[0].note.startswith("1,073,741,876 bytes")


def test_windows(tmp_path: Path) -> None:
    """PowerShell writes UTF-16."""
    (tmp_path / "train.log").write_bytes(("ü\n" + MISMATCH.decode()).encode("utf-16"))
    facts = console.read(Home(tmp_path))

    assert facts is not None
    assert facts.messages["tokenization_mismatch"][0].number == 2


def test_long_lines_are_cut(tmp_path: Path) -> None:
    """At most 300 characters of a line are kept."""
    (tmp_path / "train.log").write_text("Some weights of X were not used when initializing X: " + "é" * 9999)
    facts = console.read(Home(tmp_path))

    assert facts is not None
    assert len(facts.messages["weights_unused"][0].text) == 300


@pytest.mark.parametrize("end", [b"\n", b"\r", b" "])
def test_many_hits_take_no_time(tmp_path: Path, end: bytes) -> None:
    """Time grows with the bytes, however many hits and however long the lines."""
    (tmp_path / "train.log").write_bytes((MISMATCH[:-1] + end) * 100_000)
    start = time.perf_counter()
    facts = console.read(Home(tmp_path))

    assert facts is not None
    assert facts.counts["tokenization_mismatch"] == (1 if end == b" " else 100_000)
    assert time.perf_counter() - start < 5


def test_names(tmp_path: Path) -> None:
    """Console output by name, near the top first; texts of other kinds are left alone."""
    wanted = {
        "train.log",
        "a.OUT",
        "nohup.out",
        "slurm-1.err",
        "stdout.txt",
        "train_log.txt",
        "output.txt",
        "w/output.log",
    }
    for name in (*wanted, "vocab.txt", "requirements.txt", "dialog.txt", "train.txt", "blog_posts.txt", "log.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    files = console.console_files(Home(tmp_path))

    assert set(files) == wanted
    assert files[-1] == "w/output.log"


def test_no_console(tmp_path: Path) -> None:
    """Nothing where nothing was saved, or only an empty file."""
    (tmp_path / "train.log").touch()

    assert console.read(Home(tmp_path)) is None
