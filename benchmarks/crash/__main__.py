"""Kill runs, injure their checkpoints, let their disk fail, and count what cannot be resumed to the same weights.

    python -m benchmarks.crash                         everything, 1,000 kills; prints tables
    python -m benchmarks.crash --kills 50 --json out.json
    python -m benchmarks.crash --only injuries --only matrix

kills      SIGKILL at random times of a run's life, each followed by a resume
matrix     SIGKILL at the start, within an epoch, within accumulation, at an epoch's end; strategies, workers, rows
injuries   every file of the newest checkpoint missing, cut, with one bit flipped, swapped; folders half-made
faults     every write, sync and rename of a save, and of a whole run, failing once (needs a C compiler)
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from benchmarks.crash.faults import fail_every_call
from benchmarks.crash.injuries import injure_everything
from benchmarks.crash.kills import kill_many
from benchmarks.crash.matrix import kill_at_each_moment
from benchmarks.crash.scene import Stage

Tell = Callable[[str], None]


def main() -> int:
    """Run the parts and print what came of them; 1 when anything was lost."""
    options = _options()
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="luthier-crash-", dir=options.folder) as folder:
        stage = Stage(Path(folder))
        parts: dict[str, Callable[[], dict[str, object]]] = {
            "matrix": lambda: kill_at_each_moment(stage, _tell),
            "injuries": lambda: injure_everything(stage, options.flips, options.seed, _tell),
            "faults": lambda: fail_every_call(stage, _tell),
            "kills": lambda: kill_many(stage, options.kills, options.seed, _tell),
        }
        for name in options.only or parts:
            print(f"\n{name}", flush=True)
            results[name] = parts[name]()
            _table(results[name])
            if options.json:
                Path(options.json).write_text(json.dumps(results, indent=1))
    return int(any(part["failed"] for part in results.values()))  # type: ignore[index]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000, help="SIGKILLs to send")
    parser.add_argument("--flips", type=int, default=10_000, help="single bits to flip")
    parser.add_argument("--seed", type=int, default=0, help="of the moments and the bits")
    parser.add_argument("--only", action="append", choices=("kills", "matrix", "injuries", "faults"))
    parser.add_argument("--folder", help="where to work; a folder in memory is faster, its syncs cost nothing")
    parser.add_argument("--json", help="file to write the results to")
    return parser.parse_args()


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)


def _table(result: object) -> None:
    assert isinstance(result, dict)
    for name, value in result.items():
        if not isinstance(value, list | dict):
            print(f"  {name.replace('_', ' '):28} {value}")
        elif name == "failed":
            print(f"  {'failed':28} {len(value)}")
            for line in value:
                print(f"    {line}")


if __name__ == "__main__":
    raise SystemExit(main())
