"""Scores of `luthier fit` with its defaults on real sets, beside its baselines and published figures, on several seeds.

    python -m benchmarks.accuracy                       SMS spam and Reuters R8, three seeds
    python -m benchmarks.accuracy sms_spam --seeds 1 --json out.json

SMS spam is split by Luthier (80/10/10 by the seed, copies on one side), R8 as it comes (official test). Runs are kept
in `--cache` and not repeated.
"""

import argparse
import csv
import json
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sets import SETS, Rows
from luthier.facts.request import Request
from luthier.run import fit
from scripts.fetch_demo import fetch


@dataclass(frozen=True)
class Reference:
    """What is to be reached: metric, and scores of plain prototypes on splits of their own."""

    metric: str
    tfidf: float
    frozen: float
    full: float


REFERENCES = {
    "sms_spam": Reference("macro_f1", 0.962, 0.968, 0.974),
    "reuters_r8": Reference("accuracy", 0.973, 0.964, 0.975),
}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", help=f"of {', '.join(REFERENCES)}; all when none is named")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--strategy", help="a strategy instead of Luthier's choice")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "luthier-accuracy")
    parser.add_argument("--json", type=Path, help="file to write the results to")
    asked = parser.parse_args()
    print(
        f"{'set':<12}{'seed':>5}  {'metric':<9}{'TF-IDF':>8}{'frozen+LR':>11}{'fine-tuned':>12}  verdict       seconds"
    )
    results = []
    for name in asked.sets or REFERENCES:
        runs = [one(name, seed, asked.strategy, asked.cache) for seed in range(asked.seeds)]
        for run in runs:
            print(line(run), flush=True)
        results.append({"set": name, "runs": runs, "reference": REFERENCES[name].__dict__})
        print(means(name, runs), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1))


def one(name: str, seed: int, strategy: str | None, cache: Path) -> dict[str, Any]:
    """One run, from the cache where it was done before."""
    home = cache / f"{name}-{strategy or 'auto'}-{seed}"
    kept = home / "result.json"
    if not kept.is_file():
        home.mkdir(parents=True, exist_ok=True)
        data = write_data(name, home)
        with tempfile.TemporaryDirectory(dir=home) as folder:
            result = measure(name, seed, strategy, data, Path(folder) / "run")
        kept.write_text(json.dumps(result, indent=1))
    result = json.loads(kept.read_text())
    return dict(result)


def measure(name: str, seed: int, strategy: str | None, data: Path, out: Path) -> dict[str, Any]:
    """Fit and read the scores."""
    report = fit(Request(str(data), model=str(fetch("minilm")), strategy=strategy, seed=seed, out=str(out)))
    scores, plan = report.evidence.test, report.evidence.plan
    if scores is None or plan is None or report.outcome is None:
        raise SystemExit(f"{name}, seed {seed}: the run has no scores")
    metric = REFERENCES[name].metric
    baselines = {baseline.name: baseline.score(metric) for baseline in scores.baselines}
    return {
        "set": name,
        "seed": seed,
        "metric": metric,
        "strategy": plan.strategy.name,
        "epochs": plan.train.epochs,
        "model": scores.model.score(metric),
        "interval": [scores.model.scores[metric].low, scores.model.scores[metric].high],
        "baselines": baselines,
        "verdict": report.outcome.kind,
        "findings": [finding.failure for finding in report.verdicts.seen],
        "seconds": sum(report.seconds.values()),
        "stages": report.seconds,
    }


def write_data(name: str, home: Path) -> Path:
    """The set as a user would have it: one CSV, or a folder of official splits."""
    if name == "sms_spam":
        return fetch("sms_spam")
    data = SETS[name](0)
    folder = home / "data"
    folder.mkdir(exist_ok=True)
    for split, rows in (("train", data.train), ("test", data.test)):
        write_csv(folder / f"{split}.csv", rows)
    return folder


def write_csv(path: Path, rows: Rows) -> None:
    """Text and label."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("text", "label"), *rows])


def line(run: dict[str, Any]) -> str:
    """A row of the table."""
    theirs = run["baselines"]
    scores = f"{theirs['tfidf']:>8.4f}{theirs['frozen']:>11.4f}{run['model']:>12.4f}"
    return f"{run['set']:<12}{run['seed']:>5}  {run['metric']:<9}{scores}  {run['verdict']:<12}{run['seconds']:>9.0f}"


def means(name: str, runs: list[dict[str, Any]]) -> str:
    """Means over seeds, and the reference."""
    model = statistics.mean(run["model"] for run in runs)
    tfidf, frozen = (statistics.mean(run["baselines"][key] for run in runs) for key in ("tfidf", "frozen"))
    known = REFERENCES[name]
    reached = f"{'mean':>17}  {'':<9}{tfidf:>8.4f}{frozen:>11.4f}{model:>12.4f}"
    return f"{reached}\n{'reference':>17}  {'':<9}{known.tfidf:>8.4f}{known.frozen:>11.4f}{known.full:>12.4f}\n"


if __name__ == "__main__":
    main()
