"""Event files of TensorBoard: frames of TFRecord, each with an Event in the wire format of protocol buffers.

Only scalars are read. Lengths are checked, checksums are not: a wrong number shows as a wrong number.
Source: tensorflow/tensorboard, compat/proto/{event,summary,tensor}.proto; tensorflow, "TFRecord and tf.train.Example".
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from luthier.facts.arguments import Arguments
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.entries import Log, log_of, longest
from luthier.stages.diagnose.readers.names import renamed

MARK = "tfevents"
MOST_RECORD = 2**20
"""Bytes of an event that is decoded; scalars have some 60, graphs and images are passed over."""
MOST_EVENTS = 2_000_000
"""Events of one run; at eight microseconds each that is a quarter of a minute."""
MOST_RUNS = 50
FLOAT, DOUBLE = 1, 2
"""Types of tensors (tensorflow/core/framework/types.proto)."""

Value = int | bytes


def read(home: Home, arguments: Arguments | None) -> Log | None:
    """The longest run among the folders with event files; files of one folder are one run, in the order of names.

    Args:
        home: the folder.
        arguments: settings, which tell whether Trainer wrote the log.
    """
    runs: dict[str, list[str]] = {}
    for file in home.files:
        if MARK in file.rpartition("/")[2]:
            runs.setdefault(file.rpartition("/")[0], []).append(file)
    if len(runs) > MOST_RUNS:
        home.note("", "trace", f"{len(runs):,} folders with TensorBoard events; {MOST_RUNS} were looked at")
    looked = list(runs.values())[:MOST_RUNS]
    used = longest(log_of(files[-1], map(renamed, _entries(home, files)), arguments) for files in looked)
    if used is not None and len(runs) > 1:
        home.note(used.file, "trace", f"the longest of {len(runs):,} runs with TensorBoard events")
    return used


def _entries(home: Home, files: list[str]) -> Iterator[dict[str, object]]:
    """One entry for each event that holds scalars."""
    left = MOST_EVENTS
    for file in files:
        try:
            size = (home.path / file).stat().st_size
            with (home.path / file).open("rb") as stream:
                for record in _records(stream, size):
                    left -= 1
                    if left < 0:
                        home.note(file, "trace", f"more than {MOST_EVENTS:,} events; the rest was not read")
                        return
                    step, scalars = _event(record)
                    if scalars:
                        yield {"step": step, **scalars}
        except OSError as error:
            home.note(file, "trace", f"cannot be read: {error.strerror}")
        except ValueError as error:
            home.note(file, "trace", f"damaged after {MOST_EVENTS - left:,} events: {error}")


def _records(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Contents of the frames: length (8 bytes), its checksum (4), the event, its checksum (4).

    Raises:
        ValueError: a frame says that it is longer than the file.
    """
    at = 0
    while at + 16 <= size:
        length = int.from_bytes(stream.read(12)[:8], "little")
        at += 16 + length
        if at > size:
            raise ValueError(f"an event of {length:,} bytes does not fit")
        if length <= MOST_RECORD:
            yield stream.read(length)
            stream.seek(4, 1)
        else:
            stream.seek(length + 4, 1)
    if at < size:
        raise ValueError(f"{size - at} bytes are no event")


def _event(record: bytes) -> tuple[int, dict[str, object]]:
    """Step and scalars of an event: its fields 2 (step) and 5 (summary)."""
    step = 0
    scalars: dict[str, object] = {}
    for field, value in _fields(record):
        if field == 2 and isinstance(value, int):
            step = value - 2**64 if value >= 2**63 else value
        elif field == 5 and isinstance(value, bytes):
            scalars |= dict(_scalar(one) for number, one in _fields(value) if number == 1 and isinstance(one, bytes))
    return step, scalars


def _scalar(summary: bytes) -> tuple[str, float | None]:
    """Tag and number of a summary: its fields 1 (tag), 2 (number) and 8 (tensor)."""
    tag, number = "", None
    for field, value in _fields(summary):
        if isinstance(value, bytes):
            if field == 1:
                tag = value.decode("utf-8", errors="replace")
            elif field == 2 and len(value) == 4:
                number = struct.unpack("<f", value)[0]
            elif field == 8:
                number = _tensor(value)
    return tag, number


def _tensor(tensor: bytes) -> float | None:
    """The number of a tensor of one number: its fields 1 (type), 4 (bytes), 5 (floats) and 6 (doubles)."""
    kind, content = 0, b""
    for field, value in _fields(tensor):
        if field == 1 and isinstance(value, int):
            kind = value
        elif field in (4, 5, 6) and isinstance(value, bytes):
            content = value
    form = {(FLOAT, 4): "<f", (DOUBLE, 8): "<d"}.get((kind, len(content)))
    return float(struct.unpack(form, content)[0]) if form else None


def _fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Number and value of each field of a message: a whole number, or bytes for every other wire type.

    Raises:
        ValueError: the message ends within a field, or has a wire type that does not exist.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        wire = key & 7
        if wire == 0:
            number, at = _varint(message, at)
            yield key >> 3, number
            continue
        if wire == 2:
            length, at = _varint(message, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"no event: wire type {wire}")
        if at + length > len(message):
            raise ValueError(f"a field of {length:,} bytes does not fit")
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A whole number of up to ten bytes, seven bits in each, and the place after it."""
    number = 0
    for place in range(10):
        if at + place >= len(message):
            break
        byte = message[at + place]
        number |= (byte & 127) << 7 * place
        if byte < 128:
            return number, at + place + 1
    raise ValueError("a whole number does not end")
