"""Lines of strange files of text."""

from pathlib import Path

import pytest

from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import lines


def read(folder: Path, content: bytes) -> list[str]:
    """All lines of a file."""
    (folder / "x.log").write_bytes(content)
    return list(lines.lines(Home(folder), "x.log", "trace"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"1%\r2%\rdone\nb\n", ["1%", "2%", "done", "b"]),
        (b"\xef\xbb\xbfa\n", ["a"]),
        ("ä\n文\n".encode("utf-16"), ["ä", "文"]),
        (b"\xff\xfea", ["\ufffd"]),
        (b"a\xffb\n", ["a\ufffdb"]),
        ("a\u2028b\x0bc\n".encode(), ["a\u2028b\x0bc"]),
    ],
)
def test_lines(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    """Ends of lines of all systems, progress bars, marks of encodings, bytes that are no text."""
    assert read(tmp_path, content) == expected


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long line comes in pieces; a long file ends early, and the diary says so."""
    monkeypatch.setattr(lines, "MOST_LINE", 4)
    monkeypatch.setattr(lines, "MOST_TEXT", 10)
    (tmp_path / "x.log").write_text("abcdef\ngh\nijklmnop\n")
    home = Home(tmp_path)

    assert list(lines.lines(home, "x.log", "trace")) == ["abcd", "ef", "gh"]
    assert home.sources[0].note == "more than 10 characters; the rest was not read"


def test_candidates(tmp_path: Path) -> None:
    """Files near the top come first, whatever the case of their endings; of too many some are left out."""
    for name in ("deep/er/a.csv", "deep/b.CSV", "z.csv", "c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert lines.candidates(Home(tmp_path), ".csv") == ["z.csv", "deep/b.CSV", "deep/er/a.csv"]

    for number in range(60):
        (tmp_path / f"{number}.csv").touch()
    home = Home(tmp_path)
    assert len(lines.candidates(home, ".csv")) == lines.MOST_CANDIDATES
    assert home.sources[0].note == "63 files of .csv; 50 were looked at"
