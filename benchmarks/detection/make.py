"""Make one run in a process of its own: `python -m benchmarks.detection.make NAME PART SEED FOLDER`.

The console output goes to `run/train.log`, as a user would have it. A folder with `made.json` is whole.
"""

import json
import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import torch

from benchmarks.detection.catalogue import RECIPES
from benchmarks.detection.ground import ground_of


def main() -> None:
    """Make it."""
    name, part, seed, folder = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    ground = ground_of(part, int(seed), Path())
    os.chdir(folder)  # so that nothing that the run writes down names a folder of this machine
    ground.output.mkdir(exist_ok=True)
    torch.set_num_threads(1)  # small batches gain little from more, and runs are made side by side
    started = time.perf_counter()
    recipe = RECIPES[name](ground)
    with (ground.output / "train.log").open("w") as log, redirect_stdout(log), redirect_stderr(log):
        recipe.run()
    made = {
        "recipe": name,
        "part": part,
        "seed": int(seed),
        "data": ground.data,
        "model": ground.model,
        "cause": recipe.cause,
        "also": recipe.also,
        "family": recipe.family,
        "needs": recipe.needs,
        "base": str(recipe.base.resolve()) if recipe.base else "",
        "seconds": round(time.perf_counter() - started, 1),
    }
    (ground.folder / "made.json").write_text(json.dumps(made, indent=1))


if __name__ == "__main__":
    main()
