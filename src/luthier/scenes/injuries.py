"""What can happen to files of a checkpoint, and to weights.

An injury is two words, the second of which is a file of the checkpoint:

- "missing FILE": it was never written;
- "cut FILE": its second half was never written;
- "garbled FILE": bytes of another kind stand in it;
- "empty folder": nothing was written but the folder, which is made where it is not there;
- "step NUMBER": its state names another step;
- "nan weights": its weights hold values that are not numbers.

What happens to a tensor: "nan" (one value), "infinite" (one value), "zero" (all), "constant" (all the same), "empty"
(no elements), "missing" (not saved), "base" (as before the tuning), "half" (stored in 16 bits), "wrapped" (stored under
the name that torch.compile gives it).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from luthier.errors import LuthierError
from luthier.scenes.healthy.template import Array, Weights

STATE = "trainer_state.json"


def injure(checkpoint: Path, injuries: tuple[str, ...]) -> None:
    """Hurt a checkpoint folder.

    Raises:
        LuthierError: no such injury.
    """
    for injury in injuries:
        what, _, part = injury.partition(" ")
        if what not in INJURIES:
            raise LuthierError(f"no injury is called {injury}", next_step=f"injuries: {sorted(INJURIES)}")
        INJURIES[what](checkpoint, part)


def _cut(checkpoint: Path, file: str) -> None:
    path = checkpoint / file
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _empty(checkpoint: Path, what: str) -> None:
    shutil.rmtree(checkpoint, ignore_errors=True)
    checkpoint.mkdir()


def _step(checkpoint: Path, number: str) -> None:
    path = checkpoint / STATE
    state = {**json.loads(path.read_text(encoding="utf-8")), "global_step": int(number)}
    path.write_text(json.dumps(state, indent=2), encoding="utf-8")


def _nan(checkpoint: Path, what: str) -> None:
    for path in checkpoint.glob("*.safetensors"):
        save(path, {name: CHANGES["nan"](weight) for name, weight in load_file(path).items()})


INJURIES: dict[str, Callable[[Path, str], object]] = {
    "missing": lambda checkpoint, file: (checkpoint / file).unlink(),
    "cut": _cut,
    "garbled": lambda checkpoint, file: (checkpoint / file).write_bytes(b"\x00garbled" * 64),
    "empty": _empty,
    "step": _step,
    "nan": _nan,
}


def changed(weights: Weights, base: Weights, changes: Mapping[str, str]) -> Weights:
    """Weights after what happened to them.

    Args:
        weights: name to tensor.
        base: those of the base model, under the same names.
        changes: tensor name, or its beginning, to what happens; "" is all of them. The first that fits counts.

    Raises:
        LuthierError: nothing of that name can happen, or a name fits no tensor.
    """
    for prefix, what in changes.items():
        if not any(name.startswith(prefix) for name in weights) or what not in {*CHANGES, "missing", "base", "wrapped"}:
            raise LuthierError(
                f"nothing called {what} can happen to {prefix}", next_step=f"what can: {sorted(CHANGES)}"
            )
    left: Weights = {}
    for name, weight in weights.items():
        what = next((changes[prefix] for prefix in changes if name.startswith(prefix)), "")
        if what != "missing":
            changed_weight = base.get(name, weight) if what == "base" else CHANGES.get(what, _as_it_is)(weight)
            left[f"_orig_mod.{name}" if what == "wrapped" else name] = changed_weight
    return left


def save(path: Path, weights: Weights) -> None:
    """Write a safetensors file as Transformers does."""
    save_file({name: np.ascontiguousarray(weight) for name, weight in weights.items()}, path, {"format": "pt"})


def _as_it_is(weight: Array) -> Array:
    return weight


def _with(weight: Array, value: float) -> Array:
    """A copy whose first value is another."""
    copy = weight.copy()
    copy.reshape(-1)[:1] = value
    return copy


CHANGES: dict[str, Callable[[Array], Array]] = {
    "nan": lambda weight: _with(weight, np.nan),
    "infinite": lambda weight: _with(weight, np.inf),
    "zero": np.zeros_like,
    "constant": lambda weight: np.full_like(weight, 0.5),
    "empty": lambda weight: weight.reshape(-1)[:0],
    "half": lambda weight: weight.astype(np.float16),
}
