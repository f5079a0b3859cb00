"""trainer_state.json of Transformers' Trainer, read piece by piece.

The log of a million steps is 170 MB of JSON; as one tree it would take two gigabytes. The entries of `log_history` are
decoded some megabytes at a time and go straight into columns. A file that ends in the middle gives what stands before.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import numpy as np

from luthier.facts.arguments import Arguments
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.entries import Entry, Log, whole

NAME = "trainer_state.json"
PIECE = 2**21
"""Bytes read at a time: some 12,000 entries."""
MOST_HEAD = 2**24
"""Bytes before and after the list; Trainer writes a few thousand."""
MOST_ENTRY = 2**23
"""Bytes of one entry; Trainer writes some 170."""
MOST_ENDS = 4
"""Closing brackets that are tried before the entries are read one by one."""
MOST_COMPARED = 2**25
"""Bytes of further states that are compared with the one that is used."""
LIST = re.compile(rb'"log_history"\s*:\s*\[')
SPACE = b" \t\r\n"


def read(home: Home, arguments: Arguments | None) -> Log | None:
    """The log of the newest state: that of the highest step; of several, the longest.

    The states of earlier checkpoints are compared with it, and the diary tells where they disagree.

    Args:
        home: the folder; its own state and those of the folders directly below are looked at.
        arguments: not needed; the state tells its own.
    """
    states = sorted(_states(home), key=lambda one: (one.step, one.size, one.file), reverse=True)
    if not states:
        return None
    used = _log(home, states[0])
    longest = max(states, key=lambda one: one.size)
    if longest is not states[0]:
        other = _log(home, longest)
        if len(other) > len(used):
            home.note(used.file, "trace", f"{len(used):,} entries; {other.file} has {len(other):,} and is used instead")
            used = other
    _compare(home, used, [one for one in states if one.file != used.file])
    return used


@dataclass(frozen=True, slots=True)
class State:
    """A state that was found: its file, the step it stands at, its bytes."""

    file: str
    step: int
    size: int


def _states(home: Home) -> Iterator[State]:
    for file in home.files:
        if file == NAME or (file.count("/") == 1 and file.endswith(f"/{NAME}")):
            try:
                with (home.path / file).open("rb") as stream:
                    entries = Entries(stream)
                    yield State(file, whole(entries.fields.get("global_step")), (home.path / file).stat().st_size)
            except OSError as error:
                home.note(file, "trace", f"cannot be read: {error.strerror}")


def _log(home: Home, state: State) -> Log:
    """The log of one state, with what the state says of the run."""
    log = Log(state.file, trainer=True)
    try:
        with (home.path / state.file).open("rb") as stream:
            entries = Entries(stream)
            for batch in entries.batches():
                log.add(batch)
    except OSError as error:
        home.note(state.file, "trace", f"cannot be read: {error.strerror}")
        return log
    if entries.cut:
        home.note(state.file, "trace", entries.cut)
    fields = entries.fields
    log.total, log.stated = whole(fields.get("max_steps")), whole(fields.get("logging_steps"))
    log.reached = max(log.reached, state.step)
    epoch = fields.get("epoch")
    if state.step and isinstance(epoch, float) and 0 < epoch < state.step:
        log.per_epoch = round(state.step / epoch)
    return log


def _compare(home: Home, used: Log, others: list[State]) -> None:
    """Note where the log of another state says something else about a step."""
    left = MOST_COMPARED
    for state in others:
        left -= state.size
        if left < 0:
            return
        other = _log(home, state)
        _, mine, theirs = np.intersect1d(used.steps, other.steps, return_indices=True)
        here, there = np.array(used.losses)[mine], np.array(other.losses)[theirs]
        differs = np.flatnonzero((here != there) & ~(np.isnan(here) & np.isnan(there)))
        if len(differs):
            first = int(differs[0])
            step, loss, said = int(used.steps[mine[first]]), here[first], there[first]
            home.note(state.file, "trace", f"step {step:,}: loss {said:g} here, {loss:g} in {used.file}")


class Entries:
    """The entries of `log_history`, in batches.

    Args:
        stream: the file, at its start.

    Attributes:
        fields: values beside the list; those after it once the batches have been read.
        cut: why not all of it could be read; empty otherwise.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.fields: dict[str, object] = {}
        self.cut = ""
        head, found = b"", None
        while found is None and len(head) <= MOST_HEAD and (piece := stream.read(PIECE)):
            head += piece
            found = LIST.search(head)
        self._rest = head[found.end() :] if found else b""
        self.fields |= one_object(head[: found.start()].rstrip(SPACE + b",") + b"}" if found else head) or {}
        if found is None and not isinstance(self.fields.get("log_history"), list):
            self.cut = "holds no list log_history"

    def batches(self) -> Iterator[list[Entry]]:
        """Some thousand entries at a time, in the order of the file."""
        buffer, count = self._rest, 0
        while not self.cut:
            closed = _closed(buffer)
            batch, buffer = closed or _whole(buffer)
            count += len(batch)
            yield batch
            if closed or buffer.lstrip(SPACE).startswith(b"]"):
                self._finish(buffer.lstrip(SPACE).removeprefix(b"]"))
                return
            if len(buffer) > MOST_ENTRY:
                self.cut = f"damaged after {count:,} entries"
            elif piece := self._stream.read(PIECE):
                buffer += piece
            else:
                last, _ = _one_by_one(buffer)
                yield last
                self.cut = f"ends in the middle, after {count + len(last):,} entries"

    def _finish(self, rest: bytes) -> None:
        """Read what stands after the list."""
        tail = rest + self._stream.read(MOST_HEAD)
        after = one_object(b"{" + tail.lstrip(SPACE + b","))
        self.fields |= after or {}
        if not after and tail.strip(SPACE) != b"}":
            self.cut = "ends in the middle, after the list of entries"


def one_object(text: str | bytes) -> dict[str, object] | None:
    """A JSON object, NaN and Infinity allowed; None where the text is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _closed(buffer: bytes) -> tuple[list[Entry], bytes] | None:
    """The last batch and what follows the list, where the closing bracket stands in the buffer."""
    at = -1
    for _ in range(MOST_ENDS):
        while (at := buffer.find(b"]", at + 1)) >= 0:
            before = _before(buffer, at)
            if before < 0 or buffer[before : before + 1] == b"}":
                break
        if at < 0:
            return None
        batch = _decoded(buffer[:at])
        if batch is not None:
            return batch, buffer[at:]
    return None


def _whole(buffer: bytes) -> tuple[list[Entry], bytes]:
    """The entries that stand wholly in the buffer, and the rest."""
    at = len(buffer)
    while (at := buffer.rfind(b"{", 0, at)) > 0:
        comma = _before(buffer, at)
        end = _before(buffer, comma) if buffer[comma : comma + 1] == b"," else -1
        if end >= 0 and buffer[end : end + 1] == b"}":
            batch = _decoded(buffer[: end + 1])
            return _one_by_one(buffer) if batch is None else (batch, buffer[at:])
    return [], buffer


def _before(buffer: bytes, at: int) -> int:
    """Position of the last byte before a position that is no space; -1 where there is none."""
    at -= 1
    while at >= 0 and buffer[at] in SPACE:
        at -= 1
    return at


def _decoded(entries: bytes) -> list[Entry] | None:
    """Entries with commas between them; None where they are no JSON. NaN and Infinity, which JSON lacks, are read."""
    text = b"[" + entries + b"]"
    try:
        values = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            return None
    return [value for value in values if isinstance(value, dict)]


def _one_by_one(buffer: bytes) -> tuple[list[Entry], bytes]:
    """The entries up to the first that cannot be read, and the rest from there on."""
    text, decoder, at = buffer.decode("utf-8", errors="replace"), json.JSONDecoder(), 0
    found: list[Entry] = []
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            value, after = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found, text[at:].encode()
        if isinstance(value, dict):
            found.append(value)
        at = after
