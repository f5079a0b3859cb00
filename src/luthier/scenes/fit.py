"""A fit of Luthier as a scene: rows made by rule, settings, and what no setting can express.

Acting it runs the same stages as `luthier fit`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from accelerate import Accelerator
from safetensors.torch import load_file, save_file

from luthier.facts.event import Watch, unwatched
from luthier.facts.finding import Moment
from luthier.facts.request import Request
from luthier.facts.scene import Scene
from luthier.facts.trace import Step
from luthier.failures._engine import all_failures
from luthier.folder import RunFolder
from luthier.known import Known, look
from luthier.scenes.acted import Acted, asked
from luthier.scenes.rows import write_rows
from luthier.stages.train.guard import Guard
from luthier.stages.train.loop import Job, Training
from luthier.trained import save, score, train, verify


def act(scene: Scene, seed: int, folder: Path, model: str | None, watch: Watch = unwatched) -> Acted:
    """Act a fit.

    Args:
        scene: what happens.
        seed: of the rows and of the run.
        folder: where rows and run are written.
        model: hub id or folder; None means Luthier's default.
        watch: told of progress.
    """
    data = write_rows(scene.corpus, scene.rows, scene.options, seed, folder)
    settings = {name: str(value) for name, value in scene.settings.items()}
    known = look(Request(data=str(data), model=model, seed=seed, settings=settings), watch)
    return replay(scene, known, folder / "run", watch)


def replay(scene: Scene, known: Known, folder: Path, watch: Watch = unwatched) -> Acted:
    """Act a scene on what is known, such as another plan or other rows that a fix has made."""
    rounds = {Moment.BEFORE: asked(Moment.BEFORE, known.evidence)}
    if not scene.train:
        return Acted(known.evidence, rounds, known.splits)
    run = RunFolder(folder)
    if scene.sabotage == "labels shuffled":
        known = replace(known, splits=known.splits.with_split("train", _shuffled(known.splits.train)))
    kind = _NanWeight.at(scene.sabotage_step) if "NaN" in scene.sabotage else Training
    guard = Guard(all_failures(), before=rounds[Moment.BEFORE])
    trained = train(known, run, guard, watch, kind)
    scored = score(trained, known, run, watch)
    save(scored, known, run, watch)
    if scene.sabotage == "head lost at save":
        _lose_head(run.model)
    evidence = verify(scored, known, run, watch)
    if scene.sabotage == "logger writes NaN as zero" and evidence.trace is not None:
        shown = np.where(np.isfinite(evidence.trace.losses), evidence.trace.losses, 0.0)
        evidence = replace(evidence, trace=replace(evidence.trace, logged_losses=shown))
    rounds[Moment.DURING] = trained.attempted.verdicts
    rounds[Moment.AFTER] = asked(Moment.AFTER, evidence)
    return Acted(evidence, rounds, known.splits)


def _shuffled(table: pa.Table) -> pa.Table:
    labels = table["label"].to_pylist()
    random.Random(0).shuffle(labels)
    return table.set_column(table.column_names.index("label"), "label", pa.array(labels, pa.string()))


def _lose_head(model: Path) -> None:
    path = model / "model.safetensors"
    kept = {name: weight for name, weight in load_file(path).items() if not name.startswith("classifier")}
    save_file(kept, path, metadata={"format": "pt"})


class _NanWeight(Training):
    """A loop in which one weight becomes NaN after some step."""

    strikes_at = 0

    @classmethod
    def at(cls, step: int) -> type[Training]:
        """The loop that strikes at this step."""
        return type("_NanWeight", (cls,), {"strikes_at": step})

    def __init__(self, job: Job, accelerator: Accelerator) -> None:
        super().__init__(job, accelerator)
        self._victim = max(job.prepared.groups[-1].parameters, key=lambda weight: weight.numel())

    def steps(self) -> Iterator[Step]:
        """Train, and strike."""
        for step in super().steps():
            yield step
            if step.number == self.strikes_at:
                with torch.no_grad():
                    self._victim.view(-1)[0] = float("nan")
