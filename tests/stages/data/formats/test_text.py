"""Encodings: what is certain is taken, what is guessed is told."""

import gzip
from pathlib import Path

import pytest

from luthier.errors import InputError
from luthier.stages.data.formats._text import read_text, starts_with

ENGLISH = "text,label\n" + "a plain line of words,x\n" * 20
CHINESE = "文本,标签\n" + "这个产品的质量非常好，我很喜欢,正面\n包装破损，客服态度很差,负面\n" * 20
FRENCH = "texte,classe\n" + "très bon café à l'hôtel, déjà goûté,x\n" * 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("content", [ENGLISH, CHINESE, FRENCH], ids=["en", "zh", "fr"])
def test_unicode(encoding: str, content: str, tmp_path: Path) -> None:
    """UTF-8, UTF-16 and UTF-32, with and without a mark."""
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode(encoding))

    assert read_text(path).data.decode() == content


@pytest.mark.parametrize(("encoding", "content"), [("gb18030", CHINESE), ("latin-1", FRENCH), ("cp1252", FRENCH)])
def test_older_encodings(encoding: str, content: str, tmp_path: Path) -> None:
    """GB18030 and Latin-1 are told from the bytes, and a notice says so."""
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode(encoding))

    found = read_text(path)

    assert found.data.decode() == content
    assert "read as" in found.notices[0]


def test_damaged_utf8_is_not_taken_for_something_else(tmp_path: Path) -> None:
    """One bad byte among many good ones is replaced and told with its line."""
    path = tmp_path / "x.csv"
    path.write_bytes(CHINESE.encode() + b"caf\xe9,x\n")

    found = read_text(path)

    assert found.data.decode() == CHINESE + "caf�,x\n"
    assert "1 bytes are not UTF-8, the first on line 42" in found.notices[0]


def test_gzip(tmp_path: Path) -> None:
    """A .gz is unpacked."""
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(CHINESE.encode("gb18030")))

    assert read_text(path).data.decode() == CHINESE


def test_unreadable(tmp_path: Path) -> None:
    """A folder in the place of a file."""
    with pytest.raises(InputError, match="cannot be opened"):
        read_text(tmp_path)


def test_starts_with(tmp_path: Path) -> None:
    """Marks and blanks before the beginning do not count; what cannot be read begins with nothing."""
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf\n __label__x y")
    (tmp_path / "b.txt.gz").write_bytes(b"no gzip")

    assert starts_with(tmp_path / "a.txt", b"__label__")
    assert not starts_with(tmp_path / "b.txt.gz", b"__label__")
    assert not starts_with(tmp_path / "c.txt", b"__label__")
