"""Checkpoints that can be trusted.

A checkpoint is a folder `step-00000500`: `weights.safetensors` (what learns), `optimiser.safetensors` (AdamW state and
the random state), `state.json` (position and history), and a manifest written last. Nothing is pickled. On resume the
newest checkpoint that verifies is taken, and what was passed over is said.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from luthier.errors import RunError
from luthier.facts.evaluation import Evaluation
from luthier.files import cannot_write, remove_folder, remove_leftovers, staged_folder, verify_folder

_KEPT = 2


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands.

    Attributes:
        done: optimiser steps taken.
        total: optimiser steps planned.
        log_bytes: length of the log up to here; what was written after it is cut off on resume.
        evaluations: step and validation scores, in order.
        best_step: step of the best evaluation, or None.
        stale: evaluations since the best one.
    """

    done: int
    total: int
    log_bytes: int
    evaluations: tuple[tuple[int, Evaluation], ...] = ()
    best_step: int | None = None
    stale: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A verified checkpoint, read."""

    position: Position
    weights: dict[str, Tensor]
    optimiser: dict[str, Tensor]


class Checkpoints:
    """The checkpoints of one attempt: the newest two, and the best."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(folder, error) from error
        remove_leftovers(folder)

    def path(self, step: int) -> Path:
        """Folder of the checkpoint at a step."""
        return self.folder / f"step-{step:08d}"

    def save(self, position: Position, weights: dict[str, Tensor], optimiser: dict[str, Tensor]) -> None:
        """Write a checkpoint, then remove those that are no longer needed.

        Raises:
            RunError: it could not be written; the earlier checkpoints are intact.
        """
        final = self.path(position.done)
        if final.exists():
            remove_folder(final)
        try:
            with staged_folder(final) as staging:
                save_file(weights, staging / "weights.safetensors")
                save_file(optimiser, staging / "optimiser.safetensors")
                (staging / "state.json").write_bytes(msgspec.json.format(msgspec.json.encode(position)))
        except SafetensorError as error:
            raise RunError(
                f"cannot write: {error}",
                where=str(final),
                next_step="look at the disk; the last checkpoint is intact and the run can be resumed",
            ) from error
        self._prune(position)

    def _prune(self, position: Position) -> None:
        steps = self.steps()
        keep = {*steps[-_KEPT:], position.best_step}
        for step in steps:
            if step not in keep:
                remove_folder(self.path(step))

    def steps(self) -> list[int]:
        """Steps at which a finished checkpoint stands, in ascending order."""
        names = (p.name.removeprefix("step-") for p in self.folder.glob("step-*") if p.is_dir())
        return sorted(int(name) for name in names if name.isdigit())

    def newest(self) -> tuple[Checkpoint | None, list[str]]:
        """The newest checkpoint that verifies, and a sentence for each newer one that does not."""
        passed_over: list[str] = []
        for step in reversed(self.steps()):
            injuries = verify_folder(self.path(step))
            if not injuries:
                return self.read(step), passed_over
            passed_over.append(f"{self.path(step).name} is not usable: {'; '.join(injuries)}")
        return None, passed_over

    def read(self, step: int) -> Checkpoint:
        """A checkpoint that is known to be whole.

        Raises:
            RunError: it is not.
        """
        folder = self.path(step)
        injuries = verify_folder(folder)
        if injuries:
            raise RunError(
                f"the checkpoint is not usable: {'; '.join(injuries)}",
                where=str(folder),
                next_step="resume: the newest usable checkpoint is taken",
            )
        position = msgspec.json.decode((folder / "state.json").read_bytes(), type=Position)
        return Checkpoint(
            position, load_file(folder / "weights.safetensors"), load_file(folder / "optimiser.safetensors")
        )
