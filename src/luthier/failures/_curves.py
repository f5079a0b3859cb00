"""Curves of real runs, bad beside healthy, for the pages of the failures that show in a loss.

The points lie in `_curves.json`, made by `scripts/failure_pages.py`: `--pictures` acts the scenes of failures that
Luthier's own training can show, and `--runs CACHE` takes runs of plain Trainer that `benchmarks.detection` made. They
are shipped, so that `luthier explain` has them without training.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from luthier.facts.scene import Scene
from luthier.failures._contract import Failure

FILE = Path(__file__).with_name("_curves.json")
BARS = "▁▂▃▄▅▆▇█"
BROKEN = "×"
COLUMNS = 60
_COLUMNS = ("steps", "losses", "rates", "scored_at", "scored")


@dataclass(frozen=True, slots=True)
class Curve:
    """What a run logged, thinned.

    Attributes:
        steps: step numbers, ascending.
        losses: training losses at these steps; NaN where a loss was not finite.
        rates: learning rates at these steps; empty where the failure does not show in them.
        scored_at: steps of the evaluations; empty where the failure does not show in them.
        scored: validation losses then.
    """

    steps: tuple[float, ...]
    losses: tuple[float, ...]
    rates: tuple[float, ...] = ()
    scored_at: tuple[float, ...] = ()
    scored: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Two runs side by side.

    Attributes:
        bad, good: what they logged.
        recipe: name of the recipe of `benchmarks.detection` that made the bad one; empty for an acted scene.
    """

    bad: Curve
    good: Curve
    recipe: str = ""


def pictured(failure: Failure) -> bool:
    """Whether a failure has a picture: its scenes can be trained, and one of its signs speaks of the loss."""
    trains = isinstance(failure.bad, Scene) and isinstance(failure.good, Scene)
    return trains and shows_in_loss(failure)


def shows_in_loss(failure: Failure) -> bool:
    """Whether one of its signs speaks of the loss."""
    return any("loss" in sign or "train" in sign for sign in failure.signs)


def shows_in_rate(failure: Failure) -> bool:
    """Whether one of its signs speaks of the learning rate."""
    return any(" rate " in f" {sign} " for sign in failure.signs)


def shows_in_evaluations(failure: Failure) -> bool:
    """Whether one of its signs speaks of evaluations."""
    return any(" eval " in f" {sign} " for sign in failure.signs)


@cache
def pictures() -> dict[str, Picture]:
    """Id to picture, of the failures that have one."""
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    return {
        name: Picture(_curve(runs["bad"]), _curve(runs["good"]), runs.get("recipe", "")) for name, runs in found.items()
    }


def as_text(all_pictures: dict[str, Picture]) -> str:
    """The text of the file, newline at the end included."""
    runs = {
        name: {"bad": _plain(picture.bad), "good": _plain(picture.good)}
        | ({"recipe": picture.recipe} if picture.recipe else {})
        for name, picture in sorted(all_pictures.items())
    }
    return json.dumps(runs, separators=(",", ":")).replace('},"', '},\n"') + "\n"


def sketch(picture: Picture) -> str:
    """Both losses as lines of bars on one scale, for a terminal."""
    finite = [loss for run in (picture.bad, picture.good) for loss in run.losses if math.isfinite(loss)]
    high = max(finite, default=1.0) or 1.0
    rows = (("this failure", picture.bad), ("healthy", picture.good))
    return "\n".join(f"{name:<12}  {bars(run.losses, high):<{COLUMNS}}  {_ends(run.losses)}" for name, run in rows)


def bars(values: Sequence[float], high: float) -> str:
    """One bar for each value, or for the mean of neighbours where there are too many; × where one is not finite."""
    width = max(1, math.ceil(len(values) / COLUMNS))
    groups = [values[i : i + width] for i in range(0, len(values), width)]
    return "".join(_bar(sum(group) / len(group), high) for group in groups)


def _bar(value: float, high: float) -> str:
    return BARS[min(len(BARS) - 1, int(max(0.0, value) / high * len(BARS)))] if math.isfinite(value) else BROKEN


def _ends(losses: Sequence[float]) -> str:
    return f"{losses[0]:.2f} → {losses[-1]:.2f}" if losses else ""


def _curve(run: dict[str, list[float | None]]) -> Curve:
    return Curve(*(tuple(math.nan if v is None else v for v in run.get(name, [])) for name in _COLUMNS))


def _plain(curve: Curve) -> dict[str, list[float | None]]:
    return {name: [_short(value) for value in getattr(curve, name)] for name in _COLUMNS if getattr(curve, name)}


def _short(value: float) -> float | None:
    """Three digits; JSON has no NaN."""
    return float(f"{value:.3g}") if math.isfinite(value) else None
