"""What a trainer_state.json says about checkpoints: the best one, and whether the run was resumed and how."""

import json
import math
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from luthier.facts.arguments import Plain
from luthier.facts.checkpoints import InjuryKind
from luthier.stages.diagnose.home import plain

LARGEST = 32 * 2**20
"""Bytes of a state that is parsed, about 200,000 logged steps; of a longer one only its two ends are read."""
_END = 2**16
_FALLING = frozenset({"linear", "cosine", "polynomial", "constant", "constant_with_warmup", "inverse_sqrt"})
"""Schedules of Transformers whose rate never rises again once it has fallen."""
_RISE = 1.05
"""Factor by which the rate has to rise to be a new schedule; logs round rates to 16 digits, so this is far above."""

Entry = dict[str, Plain]


@dataclass(frozen=True, slots=True)
class State:
    """What was read of a state.

    Attributes:
        step: optimiser step at which it was written; None where it does not say.
        entries: the log; empty where the file was too long to be parsed.
        best_named: checkpoint that it names as best, as stored.
        best_step: step of the best value; None where it does not say.
        best_value: that value.
        patience: evaluations for which its EarlyStoppingCallback waits; 0 where it holds none.
    """

    step: int | None = None
    entries: tuple[Entry, ...] = ()
    best_named: str = ""
    best_step: int | None = None
    best_value: float | None = None
    patience: int = 0


def read_state(path: Path, most: int = LARGEST) -> State | tuple[InjuryKind, str]:
    """A trainer_state.json, or what is wrong with it.

    Args:
        path: the file.
        most: bytes up to which it is parsed as a whole.
    """
    try:
        size = path.stat().st_size
        if size > most:
            return _ends(path)
        text = path.read_bytes().decode("utf-8")
        content = plain(json.loads(text))
    except OSError as error:
        return "unreadable", f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        return "unreadable", f"not UTF-8 at byte {error.start}"
    except json.JSONDecodeError as error:
        end = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated")
        return ("cut" if end else "unreadable"), f"not JSON at line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError):
        return "unreadable", "not JSON that can be read"
    if not isinstance(content, dict):
        return "unreadable", "not a JSON object"
    log = content.get("log_history")
    entries = tuple(one for one in log if isinstance(one, dict)) if isinstance(log, tuple) else ()
    named = content.get("best_model_checkpoint")
    return State(
        step=whole(content.get("global_step")),
        entries=entries,
        best_named=named if isinstance(named, str) else "",
        best_step=whole(content.get("best_global_step")),
        best_value=number(content.get("best_metric")),
        patience=_patience(content.get("stateful_callbacks")),
    )


def _patience(callbacks: Plain) -> int:
    """What a stored EarlyStoppingCallback waits for; several of one class are a list."""
    stored = callbacks.get("EarlyStoppingCallback") if isinstance(callbacks, dict) else None
    first = stored[0] if isinstance(stored, tuple) and stored else stored
    settings = first.get("args") if isinstance(first, dict) else None
    found = whole(settings.get("early_stopping_patience")) if isinstance(settings, dict) else None
    return max(0, found or 0)


def _ends(path: Path) -> State | tuple[InjuryKind, str]:
    """The fields before and behind the log of a long state. Trainer sorts keys: "global_step" stands before the log."""
    with path.open("rb") as file:
        start = file.read(_END).decode("utf-8", "replace")
        file.seek(-_END, os.SEEK_END)
        end = file.read().decode("utf-8", "replace")
    if not end.rstrip().endswith("}"):
        return "cut", f"{path.stat().st_size:,} bytes, without an end"
    head = start.partition('"log_history"')[0]
    named = re.search(r'"best_model_checkpoint":\s*"((?:[^"\\]|\\.)*)"', head)
    return State(
        step=_field(head, "global_step"),
        best_named=named[1] if named else "",
        best_step=_field(head, "best_global_step"),
    )


def _field(text: str, name: str) -> int | None:
    found = re.search(rf'"{name}":\s*([0-9]{{1,12}})\b', text)
    return int(found[1]) if found else None


def number(value: Plain) -> float | None:
    """A finite number; None for anything else."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None  # type: ignore[arg-type]


def whole(value: Plain) -> int | None:
    """A whole number of a sensible size; None for anything else."""
    found = number(value)
    return int(found) if found is not None and found == int(found) and abs(found) < 10**12 else None


def values_of(entries: Iterable[Entry], metric: str) -> dict[int, float]:
    """Step to the value that a metric had there; the last where a step was evaluated twice."""
    key = metric if metric.startswith("eval_") else f"eval_{metric}"
    read = ((whole(entry.get("step")), number(entry.get(key))) for entry in entries)
    return {step: value for step, value in read if step is not None and value is not None}


def metric_of(state: State) -> str:
    """Name of the metric whose value the state calls best; empty where none or several have it at that step."""
    if state.best_value is None:
        return ""
    here = [one for one in state.entries if state.best_step is None or whole(one.get("step")) == state.best_step]
    named = {key for one in here for key, value in one.items() if key.startswith("eval_") and value == state.best_value}
    return named.pop().removeprefix("eval_") if len(named) == 1 else ""


def resumes(entries: Sequence[Entry], schedule: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Steps at which the log shows a resume, and those of them at which data was drawn again.

    Three signs in what `Trainer` writes: the step goes back (logs joined); the rate rises after it had fallen, under a
    schedule that never does (other settings at the resume, Transformers issue 9099); the position in epochs goes back
    while the step goes on, which is the data order beginning anew (`ignore_data_skip=True`). The step is that of the
    last entry before the sign; the first step after a resume still has the stored optimizer's rate, so a new schedule
    shows one entry late (our runs with Transformers 5.24).

    Args:
        entries: the log.
        schedule: name of the schedule; empty where it is not known, and then the rate is no sign.
    """
    trained = [one for one in entries if number(one.get("epoch")) is not None and "loss" in one]
    resumed, again, peak, falling, fresh = [], [], 0.0, False, False
    for before, now in pairwise(trained):
        last, step = whole(before.get("step")), whole(now.get("step"))
        old, rate = number(before.get("learning_rate")) or 0.0, number(now.get("learning_rate")) or 0.0
        if last is None or step is None:
            continue
        back = (number(now["epoch"]) or 0.0) < (number(before["epoch"]) or 0.0)
        peak = max(peak, old)
        falling = falling or old < peak / _RISE
        rises = falling and rate > old * _RISE and schedule in _FALLING
        if step <= last or back or (rises and not fresh):
            resumed.append(step - 1 if step <= last else last)
            again += [last] if back and step > last else []
        if rises:
            peak, falling = rate, False
        fresh = step <= last or back
    return tuple(resumed), tuple(again)


def parting(old: Sequence[Entry], new: Sequence[Entry]) -> int | None:
    """Last step up to which an older checkpoint's log agrees with a newer one's; None where they agree throughout.

    0 where they differ from the first entry on, which is another run's log. Only steps that both have are compared.
    """
    losses = {whole(one.get("step")): one["loss"] for one in new if "loss" in one}
    agreed = 0
    for one in old:
        step = whole(one.get("step"))
        if step is None or "loss" not in one or step not in losses:
            continue
        if one["loss"] != losses[step] and one["loss"] == one["loss"]:
            return agreed
        agreed = step
    return None
