"""A text file as UTF-8 bytes: unpacked, its encoding found, and refused where it is not text."""

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from luthier.errors import InputError

_SAMPLE = 1 << 17
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BINARY = {
    b"PK\x03\x04": "a zip archive or an office document",
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"SQLite format 3": "a SQLite database",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old office document",
}
# The encodings that labelled text still comes in; a free search over all of Python's code pages guesses wildly.
_LEGACY = ["gb18030", "big5", "shift_jis", "euc_kr", "cp1252", "cp1251", "latin_1"]
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Text:
    """A text file.

    Attributes:
        name: the path as the user gave it.
        data: its content as UTF-8 without a byte order mark; not empty.
        notices: what was done to get there.
    """

    name: str
    data: bytes
    notices: tuple[str, ...] = ()


def read_text(path: Path) -> Text:
    """Read a text file in whatever encoding it is; `.gz` is unpacked.

    UTF-8, and UTF-8, UTF-16 and UTF-32 with a mark, are certain. UTF-16 without a mark is told by which byte order
    gives more line breaks and spaces; GB18030, Latin-1 and their like by charset-normalizer on the first 128 KiB.

    Raises:
        InputError: cannot be opened, is empty, is cut short, is binary, or holds NUL bytes.
    """
    data = unpacked(path)
    if not data.strip():
        raise InputError("the file is empty", where=str(path), next_step="give a file with a header and rows")
    return _decoded(str(path), data)


def unpacked(path: Path) -> bytes:
    """Bytes of a file, gzip undone.

    Raises:
        InputError: cannot be opened, or the gzip file is damaged.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.name.lower().endswith(".gz") else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"the gzip file is damaged or cut short ({error})", where=str(path), next_step="fetch or pack it again"
        ) from error
    except OSError as error:
        raise InputError(
            f"cannot be opened ({error.strerror or error})", where=str(path), next_step="check path and permissions"
        ) from error


def starts_with(path: Path, prefix: bytes) -> bool:
    """Whether a text file begins with these bytes, white space and a UTF-8 mark not counted; False if unreadable."""
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opened(path, "rb") as file:
            head = bytes(file.read(256))
    except (OSError, EOFError, zlib.error):
        return False
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(prefix)


def line_at(data: bytes, position: int) -> int:
    """Line, from 1, on which a byte stands."""
    return data.count(b"\n", 0, position) + 1


def _decoded(name: str, data: bytes) -> Text:
    encoding, damaged = encoding_of(name, data)
    if damaged:
        return _repaired(name, data)
    if encoding == "utf-8":
        return Text(name, data)
    return _converted(name, data, encoding, notice=encoding != "utf-8-sig")


def encoding_of(name: str, data: bytes) -> tuple[str, bool]:
    """The encoding of a text, or of its beginning, and whether it is UTF-8 with a few bytes of damage.

    Raises:
        InputError: it is not text, or its encoding cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, False
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            raise InputError(f"this is {what}, not text", where=name, next_step="export it as CSV, JSON or Parquet")
    if b"\0" in data:
        return _with_nuls(name, data), False
    _refuse_binary(name, data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return ("utf-8", True) if _mostly_utf8(data) else (_legacy(name, data, error), False)
    return "utf-8", False


def _with_nuls(name: str, data: bytes) -> str:
    """UTF-16 without a mark, or damage."""
    sample = data[: _SAMPLE & ~1]
    plain = {order: _plain(sample.decode(order, "replace")) for order in ("utf-16-le", "utf-16-be")}
    order = max(plain, key=lambda one: plain[one])
    if plain[order] > 0 and len(data) % 2 == 0 and not _nul_characters(sample, order):
        return order
    _refuse_binary(name, data)
    line = line_at(data, data.index(b"\0"))
    raise InputError(
        f"{data.count(0)} NUL bytes, the first on line {line}; the file is damaged or not text",
        where=f"{name}, line {line}",
        next_step="write the file again, or remove them: tr -d '\\000' < file > clean",
    )


def _plain(text: str) -> int:
    return sum(text.count(mark) for mark in "\n ,\t;")


def _nul_characters(sample: bytes, order: str) -> bool:
    return "\0" in sample.decode(order, "replace")


def _refuse_binary(name: str, data: bytes) -> None:
    """Control characters beyond 1 in 50 bytes do not happen in text (our own choice; text files seen have none)."""
    sample = data[:_SAMPLE]
    if 50 * (len(_CONTROL.findall(sample)) + sample.count(0)) > len(sample):
        raise InputError("this is a binary file, not text", where=name, next_step="export it as CSV, JSON or Parquet")


def _mostly_utf8(data: bytes) -> bool:
    """Whether this is UTF-8 with damage: at most 1 in 10 of the characters outside ASCII are bad bytes."""
    repaired = data.decode("utf-8", "replace")
    return 10 * repaired.count("\ufffd") < len(repaired) - len(re.sub(r"[^\x00-\x7f]+", "", repaired))


def _repaired(name: str, data: bytes) -> Text:
    text = data.decode("utf-8", "replace")
    line = text.count("\n", 0, text.index("\ufffd")) + 1
    broken = text.count("\ufffd")
    notice = f"{name}: {broken} bytes are not UTF-8, the first on line {line}; each became U+FFFD"
    return Text(name, text.encode(), (notice,))


def _legacy(name: str, data: bytes, error: UnicodeDecodeError) -> str:
    sample = data[:_SAMPLE]
    guess = charset_normalizer.from_bytes(sample, cp_isolation=_LEGACY).best()
    if guess is None:
        raise InputError(
            f"the encoding cannot be told: byte {data[error.start]:#04x} is not UTF-8",
            where=f"{name}, line {line_at(data, error.start)}",
            next_step="save the file as UTF-8",
        )
    return guess.encoding


def _converted(name: str, data: bytes, encoding: str, *, notice: bool) -> Text:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"looks like {encoding}, but byte {data[error.start]:#04x} does not fit it",
            where=f"{name}, line {line_at(data, error.start)}",
            next_step="save the file as UTF-8",
        ) from error
    if not text.strip():
        raise InputError("the file is empty", where=name, next_step="give a file with a header and rows")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            "NUL characters; the file is damaged", where=f"{name}, line {line}", next_step="write the file again"
        )
    return Text(name, text.encode("utf-8", "replace"), (f"{name}: read as {encoding}",) if notice else ())
