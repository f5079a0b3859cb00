"""Evidence from a run of Luthier, finished or not."""

import json
import math
from pathlib import Path
from typing import TypeVar

import msgspec

from luthier.errors import RunError
from luthier.facts.artifact import ArtifactFacts
from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Scores
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.report import OUTSIDE_OWN_RUNS, Evidence
from luthier.facts.trace import Trace
from luthier.folder import RunFolder
from luthier.log import Recorder, read_log

T = TypeVar("T")
_UNFINISHED = "the run did not come so far"
_NOT_TRIED = "the model was not tried: luthier check --try"


def of_run(folder: RunFolder, plan: Plan | None) -> Evidence:
    """Read what a run wrote down.

    Args:
        folder: the run.
        plan: read from its plan.yaml; None where there is none yet.

    Raises:
        RunError: a file is damaged.
    """
    reported = _reported(folder)
    data = _read(folder.data / "profile.json", DataFacts)
    rows = data.rows["train"] if data else 0
    trace = _trace(folder.attempt(1) / "log.jsonl", plan, rows, finished=bool(reported))
    parts: dict[str, object] = {"data": data, "plan": plan, "trace": trace}
    kinds = {"model": ModelFacts, "validation": Scores, "test": Scores, "artifact": ArtifactFacts}
    for name, kind in kinds.items():
        value = reported.get(name)
        parts[name] = None if value is None else msgspec.convert(value, kind, strict=False)
    unfinished = {name: _UNFINISHED for name, value in parts.items() if value is None}
    missing = OUTSIDE_OWN_RUNS | {"trial": _NOT_TRIED} | unfinished
    return Evidence(**parts, missing=missing, outside=frozenset(OUTSIDE_OWN_RUNS))  # type: ignore[arg-type]


def _reported(folder: RunFolder) -> dict[str, object]:
    if not folder.report.is_file():
        return {}
    try:
        report = json.loads(folder.report.read_bytes())
        evidence = report["evidence"]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise _damaged(folder.report, error) from error
    return evidence if isinstance(evidence, dict) else {}


def _read(path: Path, kind: type[T]) -> T | None:
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise _damaged(path, error) from error


def _trace(log: Path, plan: Plan | None, rows: int, *, finished: bool) -> Trace | None:
    if not log.is_file() or plan is None:
        return None
    steps_per_epoch = math.ceil(math.ceil(rows / plan.train.batch_size) / plan.train.accumulation)
    recorder = Recorder(max(1, round(plan.train.epochs * steps_per_epoch)), steps_per_epoch)
    read_log(log, recorder)
    return recorder.trace(finished=finished)


def _damaged(path: Path, error: Exception) -> RunError:
    return RunError(f"damaged: {error}", where=str(path), next_step="resume the run: luthier fit --resume")
