"""Write docs/failures from the failures' own files: `python scripts/failure_pages.py`. A test fails when they are
stale.

With `--pictures` the scenes of failures that show in a loss are acted out first, each with its healthy twin, on the
small model, and their curves are kept; name failures behind it to act only these. Takes about a minute for each.
With `--runs CACHE` failures without such scenes get the curves of runs that `benchmarks.detection make` left there.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from luthier.facts.scene import AnyScene, Scene
from luthier.facts.trace import Trace
from luthier.failures import _curves
from luthier.failures._contract import Failure
from luthier.failures._curves import (
    Curve,
    Picture,
    pictured,
    pictures,
    shows_in_evaluations,
    shows_in_loss,
    shows_in_rate,
)
from luthier.failures._engine import all_failures
from luthier.failures._pages import index, page, symptoms
from luthier.stages.report.drawing.picture import picture

FOLDER = Path(__file__).parents[1] / "docs" / "failures"
POINTS = 60


def pages() -> dict[str, str]:
    """File name to text, of every page, of both indexes and of every picture."""
    failures = all_failures().values()
    indexes = {"index.md": index(failures), "symptoms.md": symptoms(failures)}
    drawn = {f"images/{name}.svg": picture(name, runs) for name, runs in pictures().items()}
    return {**indexes, **{f"{failure.id}.md": page(failure) for failure in failures}, **drawn}


def stale() -> list[str]:
    """Files that are missing, differ, or belong to no failure."""
    wanted = pages()
    there = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for pattern in ("*.md", "images/*.svg")
        for path in FOLDER.glob(pattern)
    }
    return sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))


def act(names: list[str]) -> None:
    """Act the scenes of these failures, or of all that have a picture, and keep the curves."""
    failures = all_failures()
    chosen = [one for name, one in failures.items() if pictured(one) and (name in names or not names)]
    known = {name: runs for name, runs in pictures().items() if name in failures}
    acted: dict[str, Trace] = {}
    for failure in chosen:
        bad, good = (_curve(failure, _acted(scene, acted)) for scene in (failure.bad, failure.good))
        known[failure.id] = Picture(bad, good)
        _curves.FILE.write_text(_curves.as_text(known), encoding="utf-8")
        print(failure.id, file=sys.stderr)
    pictures.cache_clear()


def from_runs(cache: Path) -> None:
    """Keep the curves of runs of plain Trainer, each beside the healthy run on the same rows."""
    from benchmarks.detection.catalogue import RECIPES, healthy_twin
    from luthier.stages.diagnose.foreign import of_folder

    failures = all_failures()
    known = {name: runs for name, runs in pictures().items() if name in failures and not runs.recipe}
    for recipe, made in RECIPES.items():
        failure = failures.get(made.cause)
        folders = [cache / "tuning" / f"{name}-0" / "run" for name in (recipe, healthy_twin(made))]
        if failure is None or failure.id in known or not shows_in_loss(failure) or not all(map(Path.is_dir, folders)):
            continue
        traces = [trace for folder in folders if (trace := of_folder(folder).trace) is not None]
        if len(traces) == 2:
            bad, good = (_curve(failure, trace, scored=True) for trace in traces)
            if _apart(bad.losses, good.losses) or _apart(bad.scored, good.scored):
                known[failure.id] = Picture(bad, good, recipe)
    _curves.FILE.write_text(_curves.as_text(known), encoding="utf-8")
    pictures.cache_clear()


def _apart(bad: Sequence[float], good: Sequence[float]) -> bool:
    """Whether a person sees a difference: a tenth of the height of the picture, somewhere."""
    height = max((value for value in (*bad, *good) if math.isfinite(value)), default=0.0)
    return len(bad) != len(good) or any(
        not abs(one - other) <= 0.1 * height for one, other in zip(bad, good, strict=True)
    )


def _acted(scene: AnyScene, known: dict[str, Trace]) -> Trace:
    """What the training of a scene logged; failures share their healthy twins, so each is acted once."""
    from luthier.reproduce import act as act_scene
    from scripts.fetch_demo import fetch

    if not isinstance(scene, Scene):
        raise TypeError(f"a scene of kind {type(scene).__name__} does not train")
    key = repr(replace(scene, says="", train=True))
    if key not in known:
        trace = act_scene(replace(scene, train=True), model=str(fetch("minilm"))).evidence.trace
        if trace is None:
            raise RuntimeError(f"this scene left no trace: {scene.says}")
        known[key] = trace
    return known[key]


def _curve(failure: Failure, trace: Trace, *, scored: bool = False) -> Curve:
    """At most `POINTS` means over neighbours: single steps are noisy, and a NaN among them stays a NaN."""
    every = max(1, math.ceil(len(trace) / POINTS))
    rates = next(iter(trace.rates.values()))[::every].tolist() if shows_in_rate(failure) else []
    losses = [float(trace.losses[i : i + every].mean()) for i in range(0, len(trace), every)]
    shown = scored or shows_in_evaluations(failure)
    looks = [(step, one.loss) for step, one in trace.evaluations if shown and one.loss is not None]
    return Curve(
        steps=tuple(trace.steps[::every].tolist()),
        losses=tuple(losses),
        rates=tuple(rates),
        scored_at=tuple(float(step) for step, _ in looks),
        scored=tuple(loss for _, loss in looks),
    )


def main() -> None:
    """Write what is stale and remove what is left over."""
    if "--pictures" in sys.argv[1:]:
        act([word.replace("-", "_") for word in sys.argv[1:] if not word.startswith("--")])
    if "--runs" in sys.argv[1:]:
        from_runs(Path(sys.argv[sys.argv.index("--runs") + 1]))
    wanted = pages()
    for name in stale():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in wanted:
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
        print(name, file=sys.stderr)


if __name__ == "__main__":
    main()
