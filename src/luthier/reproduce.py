"""Act out a scene of a failure on a real small model: `luthier reproduce labels-shuffled`.

A scene is rows, settings and, where no setting can express the fault, a sabotage. Acting it runs the same stages as
`luthier fit`; the tests and the pages of the failures use the same acting.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from accelerate import Accelerator
from safetensors.torch import load_file, save_file

from luthier.facts.event import Watch, unwatched
from luthier.facts.finding import Moment, Verdicts
from luthier.facts.plan import Plan
from luthier.facts.report import Evidence, Report
from luthier.facts.request import Request
from luthier.facts.rows import Splits
from luthier.facts.scene import AnyScene, Scene
from luthier.facts.trace import Step
from luthier.failures import _corpora
from luthier.failures._engine import all_failures, ask, last_word
from luthier.folder import RunFolder
from luthier.known import Known, look
from luthier.stages.evaluate.verdict import decide
from luthier.stages.train.guard import Guard
from luthier.stages.train.loop import Job, Training
from luthier.trained import save, score, train, verify

_SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of a scene.

    Attributes:
        evidence: all facts.
        rounds: moment to what every failure answered then.
        splits, plan: what was trained.
    """

    evidence: Evidence
    rounds: dict[Moment, Verdicts]
    splits: Splits
    plan: Plan

    @property
    def verdicts(self) -> Verdicts:
        """The last word of every failure."""
        return last_word(*self.rounds.values())


def reproduce(name: str, watch: Watch = unwatched, *, good: bool = False, model: str | None = None) -> Report:
    """Act out the bad scene of a failure, or its healthy twin.

    Args:
        name: id of the failure.
        watch: told of progress.
        good: act the twin.
        model: hub id or folder of a small model; None means Luthier's default.
    """
    failure = all_failures()[name]
    acted = act(failure.good if good else failure.bad, model=model, watch=watch)
    outcome = None
    if acted.evidence.test is not None:
        outcome = decide(acted.plan.train.metric, acted.evidence.test, acted.verdicts, acted.evidence.artifact)
    return Report(name=name, evidence=acted.evidence, verdicts=acted.verdicts, outcome=outcome)


def act(
    scene: AnyScene, seed: int = 0, folder: Path | None = None, model: str | None = None, watch: Watch = unwatched
) -> Acted:
    """Act out a scene.

    Args:
        scene: what happens.
        seed: of the rows and of the run.
        folder: where rows and run are written; None means a folder that is removed again.
        model: hub id or folder; None means Luthier's default.
        watch: told of progress.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="luthier-scene-") as temporary:
            return act(scene, seed, Path(temporary), model, watch)
    if not isinstance(scene, Scene):
        raise NotImplementedError(type(scene).__name__)
    data = _write_rows(scene, seed, folder)
    settings = {name: str(value) for name, value in scene.settings.items()}
    known = look(Request(data=str(data), model=model, seed=seed, settings=settings), watch)
    return _act_on(scene, known, RunFolder(folder / "run"), watch)


def replay(scene: Scene, known: Known, folder: Path, watch: Watch = unwatched) -> Acted:
    """Act a scene again with another plan or other rows, such as a fix has made them."""
    return _act_on(scene, known, RunFolder(folder), watch)


def _act_on(scene: Scene, known: Known, folder: RunFolder, watch: Watch) -> Acted:
    rounds = {Moment.BEFORE: _ask(Moment.BEFORE, known.evidence)}
    if not scene.train:
        return Acted(known.evidence, rounds, known.splits, known.plan)
    if scene.sabotage == "labels shuffled":
        known = replace(known, splits=known.splits.with_split("train", _shuffled(known.splits.train)))
    kind = _NanWeight.at(scene.sabotage_step) if "NaN" in scene.sabotage else Training
    guard = Guard(all_failures(), before=rounds[Moment.BEFORE])
    trained = train(known, folder, guard, watch, kind)
    scored = score(trained, known, folder, watch)
    save(scored, known, folder, watch)
    if scene.sabotage == "head lost at save":
        _lose_head(folder.model)
    evidence = verify(scored, known, folder, watch)
    if scene.sabotage == "logger writes NaN as zero" and evidence.trace is not None:
        shown = np.where(np.isfinite(evidence.trace.losses), evidence.trace.losses, 0.0)
        evidence = replace(evidence, trace=replace(evidence.trace, logged_losses=shown))
    rounds[Moment.DURING] = trained.attempted.verdicts
    rounds[Moment.AFTER] = _ask(Moment.AFTER, evidence)
    return Acted(evidence, rounds, known.splits, known.plan)


def _ask(moment: Moment, evidence: Evidence) -> Verdicts:
    return ask(all_failures().values(), moment, evidence)


def _write_rows(scene: Scene, seed: int, folder: Path) -> Path:
    """The scene's rows as JSONL: one file, or one per split where the corpus names splits."""
    table = _corpora.make(scene.corpus, scene.rows, scene.options, seed)
    rows = table.to_pylist()
    if _SPLIT not in table.column_names:
        return _write(folder / "rows.jsonl", rows)
    home = folder / "rows"
    for name in ("train", "validation", "test"):
        _write(home / f"{name}.jsonl", [row for row in rows if row[_SPLIT] == name])
    return home


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps({k: v for k, v in row.items() if k != _SPLIT}, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


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
