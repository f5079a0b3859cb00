"""The log of an attempt: raw values to disk and back, and the columns made of them."""

import errno
import math
import os
from pathlib import Path

import numpy as np
import pytest

from luthier.errors import RunError
from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.trace import Step
from luthier.log import Column, Log, Recorder, read_log


def step(number: int, loss: float = 0.5) -> Step:
    """A step with values of its own."""
    groups = {"encoder": 1e-5 * number, "head": 1e-3 * number}
    return Step(number, number / 10, 8, 100, 120, loss, groups, groups, groups, number % 2 == 0, 0.25)


SCORED = Evaluation("model", "validation", 9, {"accuracy": Interval(0.5, 0.4, 0.6)}, loss=math.nan)


def written(path: Path) -> Path:
    """A log of three steps, one of them not finite, and an evaluation."""
    log = Log(path)
    for number, loss in ((1, 0.5), (2, math.nan), (3, math.inf)):
        log.write(step(number, loss), number)
    log.write(SCORED, 3)
    log.close()
    return path


def test_raw_values_come_back(tmp_path: Path) -> None:
    """NaN and infinity too: nothing is filtered."""
    recorder = Recorder(total_steps=10, steps_per_epoch=5)
    read_log(written(tmp_path / "log.jsonl"), recorder)
    trace = recorder.trace()

    assert trace.steps.tolist() == [1, 2, 3]
    np.testing.assert_equal(trace.losses, [0.5, math.nan, math.inf])
    assert trace.rates["head"].tolist() == [1e-3, 2e-3, 3e-3]
    ((at, scored),) = trace.evaluations
    assert (at, scored.scores, math.isnan(scored.loss or 0)) == (3, SCORED.scores, True)


def test_opening_again_appends(tmp_path: Path) -> None:
    """What is there stays."""
    path = written(tmp_path / "log.jsonl")
    before = path.read_bytes()
    log = Log(path)
    log.write(step(4), 4)
    log.sync()

    assert path.read_bytes().startswith(before)
    assert len(path.read_bytes().splitlines()) == 5
    log.close()


def test_a_last_line_that_was_cut_is_left_out(tmp_path: Path) -> None:
    """As a crash leaves it."""
    path = written(tmp_path / "log.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:30])
    recorder = Recorder(10, 5)
    read_log(path, recorder)

    assert len(recorder.trace()) == 2


@pytest.mark.parametrize("damage", [b"{]\n", b'{"kind": "step"}\n', b'{"loss": 1}\n', b"\x00\n"])
def test_damage_in_the_middle_is_named_with_its_line(tmp_path: Path, damage: bytes) -> None:
    """Whatever it is."""
    path = written(tmp_path / "log.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + damage + lines[2])

    with pytest.raises(RunError, match=r"log.jsonl, line 2: damaged"):
        read_log(path, Recorder(10, 5))


@pytest.mark.parametrize("when", ["open", "sync", "close"])
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Buffered lines reach the disk late: every method may be the one that meets it."""
    path = tmp_path / "log.jsonl"
    if when == "open":
        monkeypatch.setattr(Path, "open", _full)
        with pytest.raises(RunError, match="No space left"):
            Log(path)
        return
    log = Log(path)
    log._file.close()
    log._file = Path("/dev/full").open("wb")  # noqa: SIM115
    log.write(step(1), 1)
    with pytest.raises(RunError, match="No space left"):
        log.sync() if when == "sync" else log.close()
    if when == "sync":
        with pytest.raises(RunError, match="No space left"):
            log.close()


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_columns_grow(tmp_path: Path) -> None:
    """Beyond their first size, without losing a value."""
    column = Column()
    for value in range(3_000):
        column.append(value)

    assert column.view.tolist() == list(range(3_000))


def test_no_step_yet() -> None:
    """A trace before the first step is empty, not an error."""
    assert len(Recorder(10, 5).trace()) == 0
