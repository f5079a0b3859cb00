"""Luthier beside `transformers.Trainer`: seconds, scores, peak memory, as ratios of medians of alternating repeats.

    python -m benchmarks.speed                       every work, three repeats
    python -m benchmarks.speed sms_full --repeats 5 --json out.json
    python -m benchmarks.speed r8_frozen --trainer-steps 300     Trainer's 35 minutes projected from 300 of its steps

Prints the guard's cost (the same work with and without it) and the share of this processor's bf16 matrix peak that
training reaches, the peak measured by a large product.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.speed.works import WORKS

SIDES = ("luthier", "trainer")
HEAD = "work         Luthier   Trainer   ratio   bar  accuracy (both)    peak MB (both)  of bf16 peak"
# Multiplications and additions per token in MiniLM-L6's layers: 6 x (4 x 384^2 + 2 x 384 x 1536) weights.
WEIGHTS = 6 * (4 * 384**2 + 2 * 384 * 1536)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("works", nargs="*", choices=[*WORKS, []], help="which; all when none is named")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="file to write the results to")
    parser.add_argument("--no-guard", action="store_true", help="leave out the measurement of the guard")
    parser.add_argument("--trainer-steps", type=int, help="project Trainer's time from so many steps; it has no scores")
    asked = parser.parse_args()
    peak = matrix_peak()
    print(f"bf16 matrix peak of this machine: {peak / 1e9:,.0f} GFLOP/s with {torch.get_num_threads()} threads\n")
    print(HEAD)
    results = []
    for name in asked.works or WORKS:
        runs = repeated(name, SIDES, asked.repeats, asked.trainer_steps)
        results.append(summary(name, runs, peak))
        print(line(results[-1]), flush=True)
    guard = None if asked.no_guard else guard_cost(asked.repeats)
    if guard is not None:
        print(f"\nguard: {guard['share']:.2%} of the loop's time ({guard['on']:.1f} s on, {guard['off']:.1f} s off)")
    if asked.json:
        asked.json.write_text(json.dumps({"peak_flops": peak, "works": results, "guard": guard}, indent=1))


def matrix_peak(size: int = 4096) -> float:
    """Floating-point operations per second of a large bf16 product, the best of five."""
    a, b = (torch.randn(size, size).bfloat16() for _ in range(2))
    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        a @ b
        seconds.append(time.perf_counter() - started)
    return float(2 * size**3 / min(seconds[1:]))


def repeated(
    work: str, sides: tuple[str, ...], repeats: int, trainer_steps: int | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Run the sides in turn, each run in a process of its own."""
    more = [] if trainer_steps is None else ["--trainer-steps", str(trainer_steps)]
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    for seed in range(repeats):
        for side in sides if seed % 2 == 0 else sides[::-1]:
            command = [sys.executable, "-m", "benchmarks.speed.sides", side, work, "--seed", str(seed), *more]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            runs[side].append(json.loads(done.stdout.splitlines()[-1]))
    return runs


def summary(name: str, runs: dict[str, list[dict[str, Any]]], peak: float) -> dict[str, Any]:
    """Medians of both sides, and their ratio."""

    def median(side: str, key: str) -> float:
        return statistics.median(run.get(key, math.nan) for run in runs[side])

    ours = median("luthier", "seconds")
    flops = 6 * WEIGHTS * runs["luthier"][0]["tokens"]
    return {
        "work": name,
        "ratio": median("trainer", "seconds") / ours,
        "bar": WORKS[name].bar,
        "share_of_peak": flops / ours / peak if WORKS[name].strategy == "full" else None,
        **{
            f"{side}_{key}": median(side, key)
            for side in SIDES
            for key in ("seconds", "accuracy", "macro_f1", "peak_mb")
        },
        "runs": runs,
    }


def line(result: dict[str, Any]) -> str:
    """A row of the table."""
    share = "" if result["share_of_peak"] is None else f"{result['share_of_peak']:.0%}"
    r = result
    seconds = f"{r['luthier_seconds']:>8.1f}s {r['trainer_seconds']:>8.1f}s {r['ratio']:>6.1f}x {r['bar']:>4.1f}x"
    quality = f"{r['luthier_accuracy']:.4f}  {r['trainer_accuracy']:.4f}"
    memory = f"{r['luthier_peak_mb']:>8,.0f} {r['trainer_peak_mb']:>7,.0f}"
    return f"{r['work']:<10} {seconds}  {quality}  {memory}  {share:>12}"


def guard_cost(repeats: int) -> dict[str, float]:
    """Share of the time of training that the guard takes, on the work with the shortest steps."""
    runs = repeated("sms_full", ("luthier", "luthier-unguarded"), repeats)
    on = statistics.median(run["seconds"] for run in runs["luthier"])
    off = statistics.median(run["seconds"] for run in runs["luthier-unguarded"])
    asked = statistics.median(run["guard_seconds"] / run["seconds"] for run in runs["luthier"])
    return {"on": on, "off": off, "share": asked}


if __name__ == "__main__":
    main()
