"""Detection: runs of plain Trainer and TRL in which something is wrong, and healthy ones; who names the cause?

    python -m benchmarks.detection make --cache DIR            make what is missing (hours; can be stopped and resumed)
    python -m benchmarks.detection score --cache DIR           the table on the held-out part (a minute)
    python -m benchmarks.detection score --part tuning         on the part on which thresholds were set
    python -m benchmarks.detection watch --cache DIR          one seed of each again under the guard: when it spoke
    python -m benchmarks.detection score --peers ENV --script run_peers.py     the peers beside it

Thresholds were set on SMS spam and 20 Newsgroups with MiniLM, a tiny GPT-2 and a tiny T5. Scored are Reuters R8 and
Banking77 with MPNet (two layers), a tiny Llama and a tiny BART: other texts, other classes, other weights.
"""

import argparse
import json
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.detection.peers import peers_on
from benchmarks.detection.score import LEVELS, Said, as_json, luthier_on, misses, table

SEEDS = {"tuning": 2, "held out": 3}
FOLDERS = [part.replace(" ", "-") for part in SEEDS]


class Run(NamedTuple):
    """A run that is wanted: recipe, part, seed, and where it lies."""

    name: str
    part: str
    seed: int
    folder: Path


def main() -> None:
    """Make or score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["make", "score", "watch"])
    parser.add_argument("names", nargs="*", help="recipes; all when none is named")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "luthier-detection")
    parser.add_argument("--part", choices=[*SEEDS, "both"], default=None)
    parser.add_argument("--peers", type=Path, help="environment with the peers' commands")
    parser.add_argument("--script", type=Path, help="run_peers.py")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs made or read at once")
    parser.add_argument("--json", type=Path, help="file to write what was said to")
    asked = parser.parse_args()
    parts = list(SEEDS) if asked.part in (None, "both") and asked.work == "make" else [asked.part or "held out"]
    if asked.work == "make":
        make(runs(asked.cache, parts, asked.names), asked.jobs)
    elif asked.work == "watch":
        watch(asked.cache, parts[0], asked.names, asked.jobs)
    else:
        peers = (asked.peers, asked.script) if asked.peers and asked.script else None
        said = score(asked.cache, parts, asked.names, asked.jobs, peers)
        if asked.json:
            asked.json.write_text(as_json(said))


def runs(cache: Path, parts: list[str], names: list[str]) -> list[Run]:
    """All runs that are asked for."""
    from benchmarks.detection.catalogue import RECIPES

    return [
        Run(name, part, seed, cache.resolve() / part.replace(" ", "-") / f"{name}-{seed}")
        for part in parts
        for seed in range(SEEDS[part])
        for name in RECIPES
        if not names or name in names
    ]


def make(wanted: list[Run], jobs: int, *, watched: bool = False) -> None:
    """Make the runs that are missing, each in a process of its own."""
    from benchmarks.detection.make import make_one

    missing = [run for run in wanted if not (run.folder / "made.json").is_file()]
    # children of a process that has imported everything begin at once, where each would import for ten seconds
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.detection.make", "torch._dynamo", "transformers.trainer"])
    with ProcessPoolExecutor(jobs, context, max_tasks_per_child=1) as pool:
        started = {pool.submit(make_one, *run, watched): run for run in missing}
        for number, done in enumerate(as_completed(started), start=1):
            run, error = started[done], done.exception()
            word = f"failed: {type(error).__name__}: {error}" if error else "made"
            print(f"{number} of {len(missing)} {run.part} {run.name} {run.seed}: {word}", flush=True)


def watch(cache: Path, part: str, names: list[str], jobs: int) -> None:
    """Make one seed of each run again with the guard in it, and print when it named what shows before the end."""
    from benchmarks.detection.watch import can_be_heard, heard_in
    from benchmarks.detection.watch import table as times

    wanted = [run for run in runs(cache / "watched", [part], names) if run.seed == 0]
    make(wanted, jobs, watched=True)
    folders = [run.folder for run in wanted if (run.folder / "heard.json").is_file()]
    made = [(folder, json.loads((folder / "made.json").read_text())) for folder in folders]
    print("\n".join(times([heard_in(*one) for one in made if can_be_heard(one[1]["cause"])])))


def score(cache: Path, parts: list[str], names: list[str], jobs: int, peers: tuple[Path, Path] | None) -> list[Said]:
    """Ask, and print the table and the misses."""
    folders = [(folder, made) for folder, made in _runs(cache) if made["part"] in parts]
    folders = [(folder, made) for folder, made in folders if not names or made["recipe"] in names]
    families = {made["cause"]: made["family"] for _, made in folders if made["cause"]}
    with ProcessPoolExecutor(jobs) as pool:
        asked = [
            pool.submit(luthier_on, folder, made, families, cache / "watched" / folder.relative_to(cache))
            for folder, made in folders
        ]
        if peers is not None:
            asked += [pool.submit(peers_on, folder, made, *peers) for folder, made in folders]
        said = [one for answer in asked for one in answer.result()]
    print(f"{len(folders)} runs, {', '.join(parts)}\n")
    print("\n".join(table(said)))
    for level in LEVELS:
        found = misses(said, level)
        print(f"\nMissed or cried out, {level}: {len(found)}")
        print("\n".join(found))
    return said


def _runs(cache: Path) -> list[tuple[Path, dict[str, Any]]]:
    return [
        (path.parent, json.loads(path.read_text()))
        for path in sorted(cache.glob("*/*/made.json"))
        if path.parts[-3] in FOLDERS
    ]


if __name__ == "__main__":
    main()
