"""Event files, assembled here byte by byte."""

import struct
from pathlib import Path

import pytest

from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import log, tensorboard


def field(number: int, wire: int, content: bytes) -> bytes:
    """A field of a message."""
    return varint(number << 3 | wire) + (varint(len(content)) if wire == 2 else b"") + content


def varint(number: int) -> bytes:
    """A whole number, seven bits a byte, low ones first."""
    low, high = number & 127, number >> 7
    return bytes([low | 128]) + varint(high) if high else bytes([low])


def simple(number: float) -> bytes:
    """The number of a summary as torch.utils.tensorboard writes it."""
    return field(2, 5, struct.pack("<f", number))


def tensor(number: float, kind: str) -> bytes:
    """The number of a summary as TensorFlow 2 writes it: content, packed floats or doubles."""
    if kind == "content":
        return field(8, 2, field(1, 0, varint(1)) + field(4, 2, struct.pack("<f", number)))
    if kind == "floats":
        return field(8, 2, field(1, 0, varint(1)) + field(2, 2, b"") + field(5, 2, struct.pack("<f", number)))
    return field(8, 2, field(1, 0, varint(2)) + field(6, 1, struct.pack("<d", number)))


def event(step: int, values: dict[str, bytes]) -> bytes:
    """A frame with an event of scalars."""
    summary = b"".join(field(1, 2, field(1, 2, tag.encode()) + number) for tag, number in values.items())
    return frame(field(1, 1, struct.pack("<d", 1.7e9)) + field(2, 0, varint(step)) + field(5, 2, summary))


def frame(record: bytes) -> bytes:
    """A frame of TFRecord, its checksums left at zero."""
    return struct.pack("<Q", len(record)) + b"\0" * 4 + record + b"\0" * 4


START = frame(field(1, 1, struct.pack("<d", 1.7e9)) + field(3, 2, b"brain.Event:2"))


def write(folder: Path, events: bytes, name: str = "events.out.tfevents.17.host.1.0") -> Path:
    """An event file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(START + events)
    return folder


def steps(count: int) -> bytes:
    """Entries of Trainer: loss and rate as events of their own."""
    return b"".join(
        event(step, {"train/loss": simple(1 / step)}) + event(step, {"train/learning_rate": simple(0.5)})
        for step in range(1, count + 1)
    )


def test_a_run_of_trainer(tmp_path: Path) -> None:
    """Scalars of the same step become one entry; evaluations and the summary are told apart."""
    end = event(8, {"eval/loss": simple(0.25), "eval/accuracy": simple(0.75)})
    end += event(8, {"train/train_loss": simple(0.5)}) + event(8, {"train/train_runtime": simple(9)})
    write(tmp_path / "runs" / "Nov25", steps(8) + end)
    trace = log.read(Home(tmp_path), None)

    assert trace is not None
    assert trace.steps.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert trace.losses[[0, 3, 7]].tolist() == [1.0, 0.25, 0.125]
    assert trace.rates["all"].tolist() == [0.5] * 8
    assert (trace.evaluations[0][1].loss, trace.evaluations[0][1].score("accuracy")) == (0.25, 0.75)
    assert trace.finished


@pytest.mark.parametrize("kind", ["content", "floats", "doubles"])
def test_tensors(tmp_path: Path, kind: str) -> None:
    """The three ways in which a tensor holds one number."""
    trace = log.read(Home(write(tmp_path, event(5, {"loss": tensor(0.5, kind)}))), None)

    assert trace is not None
    assert (trace.steps.tolist(), trace.losses.tolist()) == ([5], [0.5])


def test_the_longest_run(tmp_path: Path) -> None:
    """Of several folders the longest run counts; two files of one folder are one run."""
    write(tmp_path / "runs" / "a", steps(3))
    write(tmp_path / "runs" / "b", steps(4), "events.out.tfevents.1.host")
    write(tmp_path / "runs" / "b", event(5, {"train/loss": simple(0.0)}), "events.out.tfevents.2.host")
    home = Home(tmp_path)
    trace = log.read(home, None)

    assert trace is not None
    assert len(trace) == 5
    assert home.sources[0].note == "the longest of 2 runs with TensorBoard events"


@pytest.mark.parametrize(
    "tail",
    [
        b"\1\2\3",
        struct.pack("<Q", 2**63) + b"\0" * 12,
        struct.pack("<Q", 200) + b"\0" * 12,
        frame(b"\xff" * 30),
        frame(field(5, 2, b"\x0a\xff\xff\xff\xff\x0f")),
        frame(b"\x0b"),
    ],
)
def test_what_lies_about_its_length(tmp_path: Path, tail: bytes) -> None:
    """Events before a damaged one are read, and the diary says where that was."""
    home = Home(write(tmp_path, steps(3) + tail))
    trace = log.read(home, None)

    assert trace is not None
    assert len(trace) == 3
    assert home.sources[0].note.startswith(("damaged after 7 events", "damaged after 8 events"))


def test_large_events_are_passed_over(tmp_path: Path) -> None:
    """A graph or an image between scalars is not decoded."""
    home = Home(
        write(tmp_path, steps(2) + frame(b"\xff" * (tensorboard.MOST_RECORD + 1)) + event(9, {"loss": simple(1)}))
    )
    trace = log.read(home, None)

    assert trace is not None
    assert trace.steps.tolist() == [1, 2, 9]
    assert [source.note for source in home.sources] == [""]
