"""What settings of another tool mean in Luthier's plan, value by value, each with its reason."""

import math
import sys
from collections.abc import Mapping
from typing import Literal

from luthier.facts.arguments import Arguments
from luthier.facts.plan import Reason, Schedule
from luthier.facts.trace import Trace

_SAME: Mapping[str, tuple[str, float]] = {
    "accumulation": ("gradient_accumulation_steps", 1),
    "rate": ("learning_rate", 0),
    "head_rate": ("learning_rate", 0),
    "weight_decay": ("weight_decay", 0),
    "clip": ("max_grad_norm", 0),
    "label_smoothing": ("label_smoothing_factor", 0),
    "workers": ("dataloader_num_workers", 0),
}
"""Value of the plan to the setting with the same meaning, and its least value."""
_COUNTS = frozenset({"accumulation", "workers"})

_NEAREST: Mapping[str, Schedule] = {
    "polynomial": "linear",
    "cosine_with_restarts": "cosine",
    "cosine_with_min_lr": "cosine",
    "cosine_warmup_with_min_lr": "cosine",
    "inverse_sqrt": "constant",
    "reduce_lr_on_plateau": "constant",
    "warmup_stable_decay": "constant",
    "greedy": "constant",
}
_EXACT: Mapping[str, Schedule] = {
    "linear": "linear",
    "cosine": "cosine",
    "constant": "constant",
    "constant_with_warmup": "constant",
}
_LENGTHS = ("max_length", "model_max_length")


class Settings:
    """Values of the plan, None where nothing was stored that can be one; each that is found leaves its reason.

    Args:
        arguments: settings under the names of Transformers.
        trace: the log, where there is one.
    """

    def __init__(self, arguments: Arguments, trace: Trace | None) -> None:
        self._arguments = arguments
        self._trace = trace
        self.reasons: dict[str, Reason] = {}

    def _found(self, name: str) -> None:
        self.reasons[name] = Reason(self._arguments.source, by="user")

    def _near(self, name: str, text: str) -> None:
        self.reasons[name] = Reason(f"{self._arguments.source} says {text}")

    def _number(self, name: str, least: float) -> float | None:
        """A finite number that is not below the least."""
        value = self._arguments.number(name)
        return value if value is not None and math.isfinite(value) and value >= least else None

    def train(self) -> dict[str, object]:
        """Values of the plan's training part that are known."""
        found = {
            "epochs": self._epochs(),
            "batch_size": self._batch(),
            "schedule": self._schedule(),
            "warmup": self._warmup(),
            "precision": self._precision(),
            "metric": self._metric(),
            **self._same(),
            **self._intervals(),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _same(self) -> dict[str, object]:
        """Settings that mean the same in both tools."""
        found: dict[str, object] = {}
        for ours, (theirs, least) in _SAME.items():
            value = self._number(theirs, least)
            if value is not None:
                found[ours] = int(value) if ours in _COUNTS else value
                self._found(f"train.{ours}")
        return found

    def _epochs(self) -> float | None:
        """Epochs, unless a number of steps was asked for, which wins; then they follow from the log."""
        steps = self._number("max_steps", 1)
        if steps is None:
            epochs = self._number("num_train_epochs", sys.float_info.min)
            if epochs is not None:
                self._found("train.epochs")
            return epochs
        per_epoch = self._trace.steps_per_epoch if self._trace is not None else 0
        if per_epoch <= 0:
            return None
        self._near("train.epochs", f"max_steps={steps:.0f}, at {per_epoch} steps an epoch")
        return steps / per_epoch

    def _batch(self) -> int | None:
        """Rows in one pass over all devices; where their number was not stored, one is assumed."""
        rows = self._number("per_device_train_batch_size", 1)
        if rows is None:
            return None
        devices = max(1.0, self._number("n_gpu", 1) or 1) * (self._number("world_size", 1) or 1)
        if devices == 1:
            self._found("train.batch_size")
        else:
            self._near("train.batch_size", f"{rows:.0f} rows on each of {devices:.0f} devices")
        return int(rows * devices)

    def _schedule(self) -> Schedule | None:
        """Shape of the rate; of shapes that Luthier does not have, the nearest."""
        name = self._arguments.text("lr_scheduler_type")
        if name in _EXACT:
            self._found("train.schedule")
            return _EXACT[name]
        if name in _NEAREST:
            self._near("train.schedule", f"{name}; {_NEAREST[name]} is nearest")
        return _NEAREST.get(name)

    def _warmup(self) -> float | None:
        """Share of the steps in which the rate climbs. Transformers' "constant" and "reduce_lr_on_plateau" have none,
        whatever the settings say; a number of steps needs the length of the run.
        """
        if self._arguments.text("lr_scheduler_type") in ("constant", "reduce_lr_on_plateau"):
            self._found("train.warmup")
            return 0.0
        steps, ratio = self._number("warmup_steps", 0), self._number("warmup_ratio", 0)
        share = steps if steps and steps < 1 else ratio if not steps else None
        if share is None and steps == 0:
            share = 0.0
        if share is not None:
            self._found("train.warmup")
            return min(share, 1.0)
        if steps is None:
            return None
        total = self._total_steps()
        if total is None:
            return None
        self._near("train.warmup", f"warmup_steps={steps:.0f}, of {total} steps")
        return steps / total

    def _total_steps(self) -> int | None:
        asked = self._number("max_steps", 1)
        logged = self._trace.total_steps if self._trace is not None else 0
        return int(asked) if asked is not None else (logged or None)

    def _precision(self) -> Literal["fp32", "bf16"] | None:
        """Mixed precision; fp16 has no counterpart, and bf16 is nearest."""
        if self._arguments.flag("fp16"):
            self._near("train.precision", "fp16=True; bf16 is nearest")
            return "bf16"
        asked = self._arguments.flag("bf16")
        if asked is None:
            return None
        self._found("train.precision")
        return "bf16" if asked else "fp32"

    def _metric(self) -> str | None:
        """The metric that picks the checkpoint, under the name that the log has."""
        name = self._arguments.text("metric_for_best_model").removeprefix("eval_")
        if not name:
            return None
        self._found("train.metric")
        return "log_loss" if name == "loss" else name

    def _intervals(self) -> dict[str, object]:
        """How often the run scores and saves."""
        found: dict[str, object] = {}
        saving, scoring = self._arguments.text("save_strategy"), self._arguments.text("eval_strategy")
        every = self._number("save_steps", 1) if saving == "steps" else None
        if every is not None:
            found["save_every"] = int(every)
            self._found("train.save_every")
        if scoring in ("epoch", "no"):
            found["evaluations_per_epoch"] = int(scoring == "epoch")
            self._found("train.evaluations_per_epoch")
        every = self._number("eval_steps", 1) if scoring == "steps" else None
        per_epoch = self._trace.steps_per_epoch if self._trace is not None else 0
        if every is not None and per_epoch > 0:
            found["evaluations_per_epoch"] = max(1, round(per_epoch / every))
            self._near("train.evaluations_per_epoch", f"eval_steps={every:.0f}, at {per_epoch} steps an epoch")
        return found

    def text_column(self) -> str:
        """Column of the text, which TRL's settings name; empty where they do not."""
        name = self._arguments.text("dataset_text_field")
        if name:
            self._found("data.text")
        return name

    def tokens(self) -> int | None:
        """Where texts are cut."""
        for name in _LENGTHS:
            asked = self._number(name, 1)
            if asked is not None:
                self._found("model.max_tokens")
                return int(asked)
        return None

    def seed(self, otherwise: int) -> int:
        """The seed, or another value where none was stored."""
        value = self._arguments.values.get("seed")
        if isinstance(value, int) and not isinstance(value, bool):
            self._found("seed")
            return value
        return otherwise
