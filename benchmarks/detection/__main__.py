"""Detection: runs of plain Trainer and TRL in which something is wrong, and healthy ones; who names the cause?

    python -m benchmarks.detection make --cache DIR            make what is missing (hours; can be stopped and resumed)
    python -m benchmarks.detection score --cache DIR           the table on the held-out part (a minute)
    python -m benchmarks.detection score --part tuning         on the part on which thresholds were set
    python -m benchmarks.detection score --peers ENV --script run_peers.py     the peers beside it

Thresholds were set on SMS spam and 20 Newsgroups with MiniLM, a tiny GPT-2 and a tiny T5. Scored are Reuters R8 and
Banking77 with MPNet (two layers), a tiny Llama and a tiny BART: other texts, other classes, other weights.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.detection.score import LEVELS, Said, as_json, luthier_on, misses, table

SEEDS = {"tuning": 1, "held out": 3}


def main() -> None:
    """Make or score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["make", "score"])
    parser.add_argument("names", nargs="*", help="recipes; all when none is named")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "luthier-detection")
    parser.add_argument("--part", choices=[*SEEDS, "both"], default=None)
    parser.add_argument("--peers", type=Path, help="environment with the peers' commands")
    parser.add_argument("--script", type=Path, help="run_peers.py")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs made at once, each on one thread")
    parser.add_argument("--json", type=Path, help="file to write what was said to")
    asked = parser.parse_args()
    parts = list(SEEDS) if asked.part in (None, "both") and asked.work == "make" else [asked.part or "held out"]
    if asked.work == "make":
        make(asked.cache, parts, asked.names, asked.jobs)
    else:
        score(asked.cache, parts, asked.names, asked.peers, asked.script, asked.json)


def make(cache: Path, parts: list[str], names: list[str], jobs: int) -> None:
    """Make the runs that are missing, each in a process of its own."""
    from benchmarks.detection.catalogue import RECIPES

    wanted = [
        (name, part, seed)
        for part in parts
        for seed in range(SEEDS[part])
        for name in RECIPES
        if not names or name in names
    ]
    missing = [(*one, cache / one[1].replace(" ", "-") / f"{one[0]}-{one[2]}") for one in wanted]
    missing = [one for one in missing if not (one[-1] / "made.json").is_file()]
    with ThreadPoolExecutor(jobs) as pool:
        for number, word in enumerate(pool.map(lambda one: made(*one), missing), start=1):
            print(f"{number} of {len(missing)} {word}", flush=True)


def made(name: str, part: str, seed: int, folder: Path) -> str:
    """Make one run in a process of its own, and say how that went."""
    command = [sys.executable, "-m", "benchmarks.detection.make", name, part, str(seed), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    word = "made" if done.returncode == 0 else f"failed: {done.stderr.strip().splitlines()[-1:]}"
    return f"{part} {name} {seed}: {word}"


def score(
    cache: Path, parts: list[str], names: list[str], peers: Path | None, script: Path | None, out: Path | None
) -> None:
    """Ask, and print the table and the misses."""
    folders = [(folder, made) for folder, made in _runs(cache) if made["part"] in parts]
    folders = [(folder, made) for folder, made in folders if not names or made["recipe"] in names]
    families = {made["cause"]: made["family"] for _, made in folders if made["cause"]}
    said: list[Said] = []
    for folder, made in folders:
        said += luthier_on(folder, made, families)
    if peers is not None and script is not None:
        from benchmarks.detection.peers import peers_on

        said += peers_on(folders, peers, script)
    print(f"{len(folders)} runs, {', '.join(parts)}\n")
    print("\n".join(table(said)))
    for level in LEVELS:
        found = misses(said, level)
        print(f"\nMissed or cried out, {level}: {len(found)}")
        print("\n".join(found))
    if out:
        out.write_text(as_json(said))


def _runs(cache: Path) -> list[tuple[Path, dict[str, Any]]]:
    return [(path.parent, json.loads(path.read_text())) for path in sorted(cache.glob("*/*/made.json"))]


if __name__ == "__main__":
    main()
