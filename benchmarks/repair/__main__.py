"""Repair, proved: every failure that a plan can have and a fix can mend, three seeds, on the real MiniLM.

    python -m benchmarks.repair --cache DIR              all that is missing (hours; can be stopped and resumed)
    python -m benchmarks.repair too_few_steps --seeds 1
    python -m benchmarks.repair tutorial --cache DIR     the recipe of the tutorials on Reuters R8

Four runs on the same rows: *broken*, the plan of the failure's bad scene with repair off; *repaired*, the same with
`--repair`; *healthy*, the plan of its good scene; *random*, the broken plan with as many attempts as the repair had,
each of which changes one or two values at random, and the best on validation kept. Scored is macro-F1 on the test.

Not here are fixes of settings that only other tools have, of rows (they change what is scored, not what is learned),
and of faults that no plan causes, such as a weight that becomes NaN by itself.
"""

import argparse
import json
import math
import random
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sets import SETS
from luthier.facts.report import Report
from luthier.facts.request import Request
from luthier.facts.scene import Scene
from luthier.failures._contract import Failure
from luthier.failures._engine import all_failures
from luthier.run import fit
from luthier.scenes.rows import write_rows
from scripts.fetch_demo import fetch

SIDES = ("broken", "repaired", "healthy", "random")
NEAR, WORSE = 0.01, 0.01
TUTORIAL = "tutorial"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="failures; all that can be repaired when none is named")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "luthier-repair")
    parser.add_argument("--json", type=Path, help="file to write the results to")
    asked = parser.parse_args()
    names = asked.names or [*repairable(), TUTORIAL]
    print(f"{'failure':<36}{'seed':>5}" + "".join(f"{side:>10}" for side in SIDES) + "  attempts  repaired by")
    results = []
    for name in names:
        for seed in range(asked.seeds):
            results.append(one(name, seed, asked.cache))
            print(line(results[-1]), flush=True)
    print("\n".join(summary(results)))
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1))


def repairable() -> dict[str, Failure]:
    """Failures whose bad scene is a fit that a plan breaks, and whose fix changes that plan."""
    return {
        failure.id: failure
        for failure in all_failures().values()
        if failure.fix_plan is not None and isinstance(failure.bad, Scene) and not failure.bad.sabotage
    }


def one(name: str, seed: int, cache: Path) -> dict[str, Any]:
    """All four runs, from the cache where they were done before."""
    kept = cache / f"{name}-{seed}.json"
    if not kept.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            result = (
                tutorial(seed, Path(folder)) if name == TUTORIAL else measure(repairable()[name], seed, Path(folder))
            )
        kept.write_text(json.dumps({"failure": name, "seed": seed, **result}, indent=1))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def measure(failure: Failure, seed: int, folder: Path) -> dict[str, Any]:
    """The four runs of a failure's scenes."""
    bad, good = failure.bad, failure.good
    assert isinstance(bad, Scene)
    assert isinstance(good, Scene)
    rows = {
        side: write_rows(s.corpus, s.rows, s.options, seed, folder / side) for side, s in (("bad", bad), ("good", good))
    }
    broken, healthy = ({k: str(v) for k, v in s.settings.items()} for s in (bad, good))
    return compared(rows["bad"], broken, rows["good"], healthy, seed, folder)


def tutorial(seed: int, folder: Path) -> dict[str, Any]:
    """Reuters R8 under the recipe of the tutorials: a frozen encoder, 2e-5, three epochs."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "r8"
    data.mkdir()
    rows = SETS["reuters_r8"](0)
    for part in ("train", "test"):
        lines = (json.dumps({"text": text, "label": label}) for text, label in getattr(rows, part))
        (data / f"{part}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    broken = {"strategy.name": "frozen_body", "train.head_rate": "2e-5", "train.epochs": "3"}
    return compared(data, broken, data, {"strategy.name": "frozen_body"}, seed, folder)


def compared(
    bad: Path, broken: dict[str, str], good: Path, healthy: dict[str, str], seed: int, folder: Path
) -> dict[str, Any]:
    """Broken, repaired, healthy, and random changes with as many attempts."""
    first = run(bad, broken, seed, folder / "broken", "off")
    repaired = run(bad, broken, seed, folder / "repaired", "plan")
    tried = len(repaired.attempts) + sum(len(one.causes) > 0 for one in repaired.attempts[:1])
    return {
        "broken": score(first),
        "repaired": score(repaired),
        "healthy": score(run(good, healthy, seed, folder / "healthy", "off")),
        "random": at_random(bad, broken, seed, folder, max(1, tried), first),
        "attempts": len(repaired.attempts),
        "causes": [cause for one in repaired.attempts for cause in one.causes],
        "rows": first.evidence.test.model.rows if first.evidence.test else 0,
    }


def run(data: Path, settings: dict[str, str], seed: int, out: Path, repair: str) -> Report:
    """A fit."""
    wanted = Request(str(data), model=str(fetch("minilm")), seed=seed, settings=settings, out=str(out), repair=repair)  # type: ignore[arg-type]
    return fit(wanted)


def score(report: Report) -> float:
    """Macro-F1 on the test."""
    return report.evidence.test.model.score("macro_f1") if report.evidence.test is not None else math.nan


DRAWS: dict[str, Callable[[random.Random], str]] = {
    "train.rate": lambda draw: f"{10 ** draw.uniform(-6, -2):.2g}",
    "train.head_rate": lambda draw: f"{10 ** draw.uniform(-6, -1):.2g}",
    "train.epochs": lambda draw: str(draw.randint(1, 20)),
    "train.batch_size": lambda draw: str(draw.choice([4, 8, 16, 32, 64])),
    "train.warmup": lambda draw: f"{draw.uniform(0, 0.5):.2f}",
    "train.weight_decay": lambda draw: f"{10 ** draw.uniform(-4, -0.5):.2g}",
    "train.class_weights": lambda draw: draw.choice(["true", "false"]),
    "model.max_tokens": lambda draw: str(draw.choice([16, 32, 64, 128])),
    "strategy.name": lambda draw: draw.choice(["full", "frozen_body"]),
}
"""What a random repair may change, and to what."""


def at_random(data: Path, broken: dict[str, str], seed: int, folder: Path, attempts: int, first: Report) -> float:
    """The test score of the best on validation of the broken run and of so many random changes to its plan."""
    draw, made = random.Random(seed), [first]
    for number in range(attempts):
        changed = {name: DRAWS[name](draw) for name in draw.sample(sorted(DRAWS), draw.choice([1, 2]))}
        made.append(run(data, {**broken, **changed}, seed, folder / f"random-{number}", "off"))
    return score(max(made, key=on_validation))


def on_validation(report: Report) -> float:
    """Macro-F1 on validation; what is not finite comes last."""
    scores = report.evidence.validation
    value = scores.model.score("macro_f1") if scores is not None else math.nan
    return value if math.isfinite(value) else -math.inf


def line(result: dict[str, Any]) -> str:
    """A line of the table."""
    sides = "".join(f"{result[side]:>10.3f}" for side in SIDES)
    causes = ", ".join(result["causes"]) or "nothing"
    return f"{result['failure']:<36}{result['seed']:>5}{sides}{result['attempts']:>10}  {causes}"


def summary(results: list[dict[str, Any]]) -> list[str]:
    """The bars, and those that fell short by name."""
    near = [one for one in results if one["repaired"] >= one["healthy"] - NEAR]
    below = [one for one in results if one["repaired"] < one["broken"]]
    far = [one for one in results if one not in near]
    control = [one for one in results if one["random"] >= one["healthy"] - NEAR]
    means = {side: statistics.mean(one[side] for one in results) for side in SIDES}
    return [
        "",
        "mean".ljust(41) + "".join(f"{means[side]:>10.3f}" for side in SIDES),
        f"within a point of the healthy twin: {len(near)} of {len(results)} (random changes: {len(control)})",
        f"below the broken run: {len(below)}",
        *(f"  {one['failure']} {one['seed']}: {one['repaired']:.3f}, healthy {one['healthy']:.3f}" for one in far),
    ]


if __name__ == "__main__":
    main()
