"""Rows of a file one after the other, in memory that does not grow with the file: what prediction reads.

The encoding, the delimiter and the header are found on the first 256 KiB, by the same look as for training.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from luthier.errors import InputError
from luthier.stages.data.formats._contract import suffix
from luthier.stages.data.formats._json_lines import is_lines, record_of
from luthier.stages.data.formats._records import Dialect, Record, records_of, refuse_runaway_quote
from luthier.stages.data.formats._text import Text, encoding_of
from luthier.stages.data.formats.delimited import Shape, refuse_misshapen, shape_of

DELIMITED = frozenset({".csv", ".tsv", ".tab", ".txt"})
LINES = frozenset({".jsonl", ".ndjson", ".json"})
_SAMPLE = 1 << 18
_LONGEST_RECORD = 1 << 26  # 64 Mi characters; beyond, a quote was left open and the rest of the file taken for a text

Row = tuple[int, dict[str, Any]]
"""Line on which it starts, from 1, and column to value."""


@dataclass(slots=True)
class Stream:
    """An open file.

    Attributes:
        names: columns, in order; of JSON lines those of the first row.
        dialect: how fields are told apart; None for JSON lines.
        rows: the rows, once.
        notices: what the user should know of how it is read.
        size: bytes of the file.
        position: bytes read so far.
        undecoded: characters so far that the encoding could not make, each read as U+FFFD.
    """

    names: tuple[str, ...]
    dialect: Dialect | None
    rows: Iterator[Row]
    notices: tuple[str, ...]
    size: int
    position: Callable[[], int]
    _lines: "_Lines" = field(repr=False)

    @property
    def undecoded(self) -> int:
        """See the class."""
        return self._lines.undecoded


@contextmanager
def open_rows(path: Path) -> Iterator[Stream]:
    """Open delimited text or JSON lines, also .gz.

    Raises:
        InputError: it cannot be read; also while rows are taken, with the line.
    """
    kind = suffix(path)
    if kind not in DELIMITED | LINES:
        raise InputError(
            f"a {kind or 'file without suffix'} cannot be predicted row by row",
            where=str(path),
            next_step="give CSV, TSV or JSON lines (.jsonl)",
        )
    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(path), next_step="check the path") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    with raw:
        packed = path.name.lower().endswith(".gz")
        yield _stream(path, raw, cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw)


def _stream(path: Path, raw: IO[bytes], file: IO[bytes]) -> Stream:
    sample, encoding = _sample(path, file)
    lines_only = suffix(path) in LINES
    if suffix(path) == ".json" and not is_lines(sample.data):
        raise InputError(
            "one JSON value cannot be read row by row",
            where=str(path),
            next_step="write one object a line, in a file that ends in .jsonl",
        )
    text = TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n" if lines_only else "")
    lines = _Lines(path, text)
    notices = (f"{path}: read as {encoding}",) if encoding not in {"utf-8", "utf-8-sig"} else ()
    size = path.stat().st_size
    if lines_only:
        rows = _objects(path, lines)
        first = next(rows, None)
        if first is None:
            raise InputError("the file holds no rows", where=str(path), next_step="give a file with rows")
        return Stream(tuple(first[1]), None, _again(first, rows), notices, size, raw.tell, lines)
    shape, said = shape_of(sample)
    return Stream(shape.names, shape.dialect, _records(path, lines, shape), notices + said, size, raw.tell, lines)


def _sample(path: Path, file: IO[bytes]) -> tuple[Text, str]:
    """The beginning of a file as UTF-8, up to its last whole line, and the encoding of the file."""
    try:
        data = file.read(_SAMPLE)
        more = bool(file.read(1))
        file.seek(0)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error
    if not data.strip():
        raise _empty(path)
    if more:
        data = data if b"\0" in data else data[: data.rfind(b"\n") + 1] or data
    encoding, _ = encoding_of(str(path), data)
    text = data.decode(encoding, "replace")
    if not text.strip():
        raise _empty(path)
    return Text(str(path), text.encode("utf-8", "replace")), encoding


class _Lines:
    """Lines of a text, counted; reading errors are translated."""

    def __init__(self, path: Path, text: TextIOWrapper) -> None:
        self._path, self._text = path, text
        self.undecoded = 0
        self.held = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = next(self._text)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(self._path, error) from error
        self.undecoded += line.count("\ufffd")
        self.held += len(line)
        if self.held > _LONGEST_RECORD:
            raise InputError(
                f"a row of more than {_LONGEST_RECORD:,} characters: a quote was opened and not closed",
                where=str(self._path),
                next_step="close it, or save the file with every text in quotes",
            )
        return line


def _records(path: Path, lines: _Lines, shape: Shape) -> Iterator[Row]:
    record: Record | None = None
    for record in records_of(lines, shape.dialect):
        line, fields, raw = record
        lines.held = 0
        if line <= shape.header_lines or not fields:
            continue
        if len(raw) > 1 or len(fields) != len(shape.names):
            refuse_misshapen(record, shape, str(path))
        yield line, dict(zip(shape.names, fields, strict=False))
    if record is not None:
        refuse_runaway_quote(record, shape.dialect, str(path))


def _objects(path: Path, lines: _Lines) -> Iterator[Row]:
    decoder = msgspec.json.Decoder()
    for number, line in enumerate(lines, 1):
        lines.held = 0
        if line.strip():
            yield number, record_of(decoder, line.encode("utf-8", "replace"), f"{path}, line {number}")


def _again(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _empty(path: Path) -> InputError:
    return InputError("the file is empty", where=str(path), next_step="give a file with a header and rows")


def _unreadable(path: Path, error: Exception) -> InputError:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return InputError(f"cannot be read ({said})", where=str(path), next_step="check the file, or fetch it again")
