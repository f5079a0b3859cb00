"""The ten-second battery on MiniLM-L6 with 8 x 64 tokens: how long each experiment takes, and what it finds.

    python -m benchmarks.trial                     times on Luthier's plan and on a plain Trainer, then planted faults
    python -m benchmarks.trial --repeats 5 --no-faults --json out.json

Times are medians of the repeats, on batches that are as long as they can be. A fault counts as found when the
experiments that it concerns fail; what else fails is told beside it. On healthy trainers nothing may fail.
"""

import argparse
import csv
import json
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.sets import sms_spam
from benchmarks.trial.trainers import FAULTY, HEALTHY, MAX_TOKENS, TRAIN, Case, trainer
from luthier.facts.event import unwatched
from luthier.facts.request import Request
from luthier.facts.trial import TrialFacts
from luthier.integrations.subject import subject_of as subject_of_trainer
from luthier.known import look
from luthier.stages.trial.battery import run_battery
from luthier.trying import subject_of as subject_of_plan
from scripts.fetch_demo import fetch

BAR = 10.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-faults", action="store_true", help="times alone")
    parser.add_argument("--json", type=Path, help="file to write the results to")
    asked = parser.parse_args()
    print(f"{torch.get_num_threads()} threads, 8 rows of {MAX_TOKENS} tokens")
    times = {"plan": timed(of_plan, asked.repeats), "trainer": timed(of_trainer, asked.repeats)}
    tell_times(times)
    found = [] if asked.no_faults else [tried(case) for case in (*HEALTHY, *FAULTY)]
    if found:
        tell_faults(found)
    if asked.json:
        asked.json.write_text(json.dumps({"seconds": times, "cases": found}, indent=1))


def of_plan() -> TrialFacts:
    """A plan of Luthier's for full tuning, micro-batches included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            # Long messages, so that a batch is as wide as the limit.
            rows = sorted(sms_spam().train, key=lambda row: -len(row[0]))[:TRAIN]
            csv.writer(file).writerows([("text", "label"), *rows])
        settings = {"train.batch_size": "8", "train.accumulation": "2", "strategy.name": "full"}
        settings |= {"model.max_tokens": str(MAX_TOKENS)}
        asked = Request(str(path), model=str(fetch("minilm")), settings=settings, near_duplicates=False)
        return run_battery(subject_of_plan(look(asked, unwatched)), unwatched)


def of_trainer() -> TrialFacts:
    """A plain Trainer, padded to the limit."""
    with tempfile.TemporaryDirectory() as folder:
        return run_battery(subject_of_trainer(trainer(HEALTHY[0], Path(folder))), unwatched)


def timed(run: Any, repeats: int) -> dict[str, float]:
    """Median seconds of each experiment, and of all."""
    runs = [run() for _ in range(repeats)]
    names = runs[0].experiments
    seconds = {name: statistics.median(one.experiments[name].seconds for one in runs) for name in names}
    return {**seconds, "all": statistics.median(one.seconds for one in runs)}


def tell_times(times: dict[str, dict[str, float]]) -> None:
    """A row for each experiment."""
    print(f"\n{'experiment':22}{'plan':>9}{'Trainer':>9}   seconds")
    for name in times["plan"]:
        print(f"{name.replace('_', ' '):22}{times['plan'][name]:9.2f}{times['trainer'][name]:9.2f}")
    kept = all(one["all"] <= BAR for one in times.values())
    print(f"bar: {BAR:g} s in all, {'kept' if kept else 'BROKEN'}")


def tried(case: Case) -> dict[str, Any]:
    """What the battery says of a trainer."""
    with tempfile.TemporaryDirectory() as folder:
        subject = subject_of_trainer(trainer(case, Path(folder)))
        facts = run_battery(subject if case.reload else replace(subject, reload=None), unwatched, 30)
    failed = {name for name, one in facts.experiments.items() if one.answer == "failed"}
    says = {name: one.says for name, one in facts.experiments.items()}
    return {
        "case": case.name,
        "expected": sorted(case.failed),
        "failed": sorted(failed),
        "right": failed >= case.failed if case.failed else not failed,
        "says": says,
        "seconds": facts.seconds,
    }


def tell_faults(found: list[dict[str, Any]]) -> None:
    """A row for each trainer."""
    print(f"\n{'trainer':36}{'right':8}what fails (* not foreseen)")
    for one in found:
        marks = [name if name in one["expected"] else f"{name}*" for name in one["failed"]]
        print(f"{one['case']:36}{'yes' if one['right'] else 'NO':8}{', '.join(marks) or '-'}")
    healthy, faulty = ([one for one in found if bool(one["expected"]) is kind] for kind in (False, True))
    print(f"found: {sum(one['right'] for one in faulty)} of {len(faulty)} faults", end="")
    print(f"; quiet on {sum(one['right'] for one in healthy)} of {len(healthy)} healthy trainers")


if __name__ == "__main__":
    main()
