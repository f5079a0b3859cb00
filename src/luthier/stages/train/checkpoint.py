"""Checkpoints that can be trusted.

A checkpoint is a folder `step-00000500`: `weights.safetensors` (what learns), `optimiser.safetensors` (AdamW state and
the random state), `state.json` (position and history), `log.jsonl` (the log up to here), and a manifest written last.
Nothing is pickled. On resume the newest checkpoint that verifies is taken, and what was passed over is said.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from luthier.errors import RunError
from luthier.facts.evaluation import Evaluation
from luthier.files import make_folder, remove_folder, remove_leftovers, staged_folder, verify_folder
from luthier.log import spelled, unspelled

_KEPT = 2


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands.

    Attributes:
        done: optimiser steps taken.
        total: optimiser steps planned.
        evaluations: step and validation scores, in order.
        best_step: step of the best evaluation, or None.
        stale: evaluations since the best one.
    """

    done: int
    total: int
    evaluations: tuple[tuple[int, Evaluation], ...] = ()
    best_step: int | None = None
    stale: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A verified checkpoint, read."""

    position: Position
    weights: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    log: bytes


class Checkpoints:
    """The checkpoints of one attempt: the newest two, and what each of them calls the best.

    Raises:
        RunError: the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)
        remove_leftovers(folder)

    def path(self, step: int) -> Path:
        """Folder of the checkpoint at a step."""
        return self.folder / f"step-{step:08d}"

    def save(self, position: Position, weights: dict[str, Tensor], optimiser: dict[str, Tensor], log: Path) -> None:
        """Write a checkpoint, then remove those that are no longer needed.

        Args:
            position: where the run stands.
            weights, optimiser: what `Training.state` returned.
            log: copied as it is now.

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
                state = spelled(msgspec.to_builtins(position))
                (staging / "state.json").write_text(json.dumps(state, indent=1), encoding="utf-8")
                shutil.copyfile(log, staging / "log.jsonl")
        except SafetensorError as error:
            raise RunError(
                f"cannot write: {error}",
                where=str(final),
                next_step="look at the disk; the last checkpoint is intact: go on with luthier fit --resume",
            ) from error
        self._prune(position)

    def _prune(self, position: Position) -> None:
        """Later steps are of a past that a resume passed over; they were not usable."""
        newest = [step for step in self.steps() if step <= position.done][-_KEPT:]
        keep = {*newest, position.best_step, *map(self._best, newest)}
        for step in self.steps():
            if step not in keep:
                remove_folder(self.path(step))

    def _best(self, step: int) -> int | None:
        return None if verify_folder(self.path(step)) else self._position(step).best_step

    def steps(self) -> list[int]:
        """Steps at which a finished checkpoint stands, in ascending order."""
        names = (p.name.removeprefix("step-") for p in self.folder.glob("step-*") if p.is_dir())
        return sorted(int(name) for name in names if name.isdecimal())

    def newest(self) -> tuple[Checkpoint | None, list[str]]:
        """The newest checkpoint that is usable, and a sentence for each newer one that is not."""
        passed_over: list[str] = []
        for step in reversed(self.steps()):
            injuries = self._injuries(step)
            if not injuries:
                return self.read(step), passed_over
            passed_over.append(f"{self.path(step).name} is not usable: {'; '.join(injuries)}")
        return None, passed_over

    def _injuries(self, step: int) -> list[str]:
        """A checkpoint needs the one that it calls the best: a run that ends takes the weights from there."""
        injuries = verify_folder(self.path(step))
        best = step if injuries else self._position(step).best_step
        if best is None or best == step:
            return injuries
        return [f"its best, {self.path(best).name}: {injury}" for injury in verify_folder(self.path(best))]

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
                next_step="go on with luthier fit --resume: the newest usable checkpoint is taken",
            )
        return Checkpoint(
            self._position(step),
            load_file(folder / "weights.safetensors"),
            load_file(folder / "optimiser.safetensors"),
            (folder / "log.jsonl").read_bytes(),
        )

    def _position(self, step: int) -> Position:
        path = self.path(step) / "state.json"
        try:
            return msgspec.convert(unspelled(json.loads(path.read_bytes())), Position, strict=False)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise RunError(
                f"cannot be read: {error}",
                where=str(path),
                next_step="was it written by another version of Luthier? Go on with that, or start the run anew",
            ) from error
