"""The log of an attempt, `log.jsonl`: one JSON line per step or evaluation, raw values; and the columns made of it."""

import json
import math
import os
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from luthier.errors import RunError
from luthier.facts.evaluation import Evaluation
from luthier.facts.trace import Floats, Step, Trace
from luthier.files import cannot_write

_FIRST_SIZE = 1024


class Column:
    """A growing array of floats; `view` is what is filled, without a copy."""

    def __init__(self) -> None:
        self._values = np.empty(_FIRST_SIZE)
        self._size = 0

    def append(self, value: float) -> None:
        """Add a value at the end."""
        if self._size == len(self._values):
            self._values = np.concatenate([self._values, np.empty(self._size)])
        self._values[self._size] = value
        self._size += 1

    @property
    def view(self) -> Floats:
        """All values, shape (n,)."""
        return self._values[: self._size]


class Recorder:
    """Collects steps and evaluations into a `Trace`."""

    def __init__(self, total_steps: int, steps_per_epoch: int) -> None:
        self.total_steps, self.steps_per_epoch = total_steps, steps_per_epoch
        self.evaluations: list[tuple[int, Evaluation]] = []
        self._columns: dict[str, dict[str, Column]] = {"": {}, "rate": {}, "norm": {}, "update": {}}

    def add(self, step: Step) -> None:
        """Take up a step."""
        self._put("", {"step": float(step.number), "loss": step.loss})
        self._put("rate", step.rates)
        self._put("norm", step.grad_norms)
        self._put("update", step.update_ratios)

    def _put(self, kind: str, values: dict[str, float]) -> None:
        columns = self._columns[kind]
        for name, value in values.items():
            columns.setdefault(name, Column()).append(value)

    def trace(self, *, finished: bool = False) -> Trace:
        """The columns so far; cheap, nothing is copied."""
        plain = self._columns[""]
        if not plain:
            plain = {"step": Column(), "loss": Column()}
        return Trace(
            steps=plain["step"].view,
            losses=plain["loss"].view,
            rates={name: column.view for name, column in self._columns["rate"].items()},
            grad_norms={name: column.view for name, column in self._columns["norm"].items()},
            update_ratios={name: column.view for name, column in self._columns["update"].items()},
            total_steps=self.total_steps,
            steps_per_epoch=self.steps_per_epoch,
            evaluations=tuple(self.evaluations),
            finished=finished,
        )


class Log:
    """`log.jsonl`, appended to.

    Raises:
        RunError: from every method, where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: BinaryIO = path.open("ab")
        except OSError as error:
            raise cannot_write(path, error) from error

    def write(self, record: Step | Evaluation, step: int) -> None:
        """Append a step or an evaluation; `step` is the optimiser step at which it was made."""
        kind = "step" if isinstance(record, Step) else "evaluation"
        values = {"kind": kind, "step": step, **msgspec.to_builtins(record)}
        try:
            self._file.write((json.dumps(spelled(values)) + "\n").encode())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def sync(self) -> None:
        """Make the log durable."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def close(self) -> None:
        """Flush and close."""
        try:
            self._file.close()
        except OSError as error:
            raise cannot_write(self.path, error) from error


def read_log(path: Path, recorder: Recorder) -> None:
    """Feed the steps of a log into a recorder; a last line that was cut by a crash is left out.

    Raises:
        RunError: a line in the middle is damaged.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                values = unspelled(json.loads(line))
                if isinstance(values, dict) and values.pop("kind") == "step":
                    values.pop("step")
                    recorder.add(msgspec.convert(values, Step, strict=False))
                elif isinstance(values, dict):
                    step = int(values.pop("step"))
                    recorder.evaluations.append((step, msgspec.convert(values, Evaluation, strict=False)))
            except (ValueError, KeyError, msgspec.MsgspecError) as error:
                where = f"{path}, line {number}"
                raise RunError(
                    f"damaged: {error}", where=where, next_step="resume the run from a checkpoint"
                ) from error


def spelled(value: object) -> object:
    """JSON has no NaN or infinity: they are spelled "NaN", "Infinity", "-Infinity"; nothing is filtered."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: spelled(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [spelled(inner) for inner in value]
    return value


def unspelled(value: object) -> object:
    """What `spelled` was given."""
    if isinstance(value, str) and value in {"NaN", "Infinity", "-Infinity"}:
        return float(value)
    if isinstance(value, dict):
        return {key: unspelled(inner) for key, inner in value.items()}
    return value
