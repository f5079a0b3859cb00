"""Make one run, in a process of its own.

The console output goes to `run/train.log`, as a user would have it. A folder with `made.json` is whole.
"""

import json
import os
import time
from filecmp import cmp
from pathlib import Path

import torch

from benchmarks.detection.catalogue import RECIPES
from benchmarks.detection.ground import ground_of


def make_one(name: str, part: str, seed: int, folder: Path, watched: bool = False) -> None:
    """Make it.

    Args:
        name: of the recipe.
        part: "tuning" or "held out".
        seed: of rows and run.
        folder: where it will lie; the process works in it from now on.
        watched: whether Luthier's callback listens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ground = ground_of(part, seed, Path())
    os.chdir(folder)  # so that nothing that the run writes down names a folder of this machine
    ground.output.mkdir(exist_ok=True)
    torch.set_num_threads(1)  # small batches gain little from more, and runs are made side by side
    if watched:
        from benchmarks.detection.watch import listen

        listen(folder)
    started = time.perf_counter()
    recipe = RECIPES[name](ground)
    _say_into(ground.output / "train.log")
    recipe.run()
    _share_equal_files(ground.output)
    made = {
        "recipe": name,
        "part": part,
        "seed": seed,
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


def _say_into(log: Path) -> None:
    """All that this process says from now on, also through handlers that hold its old standard error."""
    with log.open("wb") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)


def _share_equal_files(folder: Path) -> None:
    """Large files that are equal lie on the disk once: the last checkpoint and the model that is saved at the end."""
    for one in folder.glob("*.safetensors"):
        for other in folder.glob(f"checkpoint-*/{one.name}"):
            if cmp(one, other, shallow=False):
                other.unlink()
                os.link(one, other)
