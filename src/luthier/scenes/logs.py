"""The log of a made-up run: what Trainer 5.24 would have written into `log_history`, by rule.

`RunScene.log` says how the run went. Settings of the run (rate, warmup, schedule, intervals of logging, evaluation and
saving, epochs or steps) come from its arguments, so that a scene with other arguments has another log. The options:

- `rows`: training rows, from which the steps of an epoch follow (960);
- `stop`: step at which the run ended, where it did not end as planned; no closing entry is written then;
- `finished`: 0 leaves the closing entry out, as in the state of a checkpoint (1);
- `every`: optimiser steps between two entries (`logging_steps`);
- `shape`: how the training loss goes: "learns", "flat", "zero", "diverges" (rises from a third of the run on),
  "collapses" (back at the start from the middle on), "sawtooth" (falls within each epoch, jumps at its end), "stairs"
  (falls at the borders of epochs) ("learns");
- `start`, `end`: training loss at first and at last;
- `noise`: standard deviation of an entry as a share of its loss (0.03);
- `scale`: factor on the logged training loss, as of a loss summed over accumulated batches (1);
- `rate`, `warmup`, `schedule`: what the optimiser really got, where that is not what the arguments say; warmup is a
  share below 1, else steps;
- `schedule_steps`: steps that the schedule was made for (0: those of the run);
- `restart_at`: step from which on the schedule runs anew, as after a resume that lost it (0: never);
- `replay_at`: step from which on rows are drawn anew from the start of the epoch, as after a resume with
  ignore_data_skip (0: never);
- `norm`, `norm_end`: gradient norm at first and at last (2.0 and 0.8); `norm_noise`: as `noise` (0.2); "none" for
  `norm` writes no norms;
- `skipped_every`: of so many entries one has an infinite norm, as where a scaler of float16 skips the step (0: none);
- `nan_from`: first step whose loss is not a number (0: none); the log says what Trainer's filter makes of it;
- `zero_from`: first step from which on loss and norm are exactly zero (0: none);
- `evaluations`: 0 leaves out the evaluations that the arguments ask for (1);
- `eval_rows`: rows of an evaluation (240); `eval_start`, `eval_end`: its loss at first and at last;
- `eval_shape`: "settles" (falls quickly at first) or "straight" ("settles");
- `overfit_from`: step from which on the evaluation loss rises, to thrice its lowest value at the end (0: never);
- `metric`: name of the score ("" for none); `first`, `last`: its value at first and at last; `metric_noise`: standard
  deviation of it (0.004 of its size);
- `scores`: more scores, each with its value at first and at last, without noise: "recall 0 0, f1 0.1 0.8" ("");
- `sets`: evaluation sets in place of the one, each with its loss at first and at last, without noise: "news 2.4 1.6,
  general 2.0 2.7"; Trainer writes an entry for each ("");
- `tested`: 1 saves scores of a test split at the end, 2 saves those of validation under the test's name (0);
- `seed`: of the noise (0).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from luthier.errors import LuthierError
from luthier.facts.arguments import Plain
from luthier.facts.finding import Number
from luthier.scenes.schedules import rate_at

Options = Mapping[str, Number]
Entry = dict[str, float]

DEFAULTS: dict[str, Number] = {
    "rows": 960,
    "stop": 0,
    "finished": 1,
    "every": 0,
    "shape": "learns",
    "start": 1.4,
    "end": 0.12,
    "noise": 0.03,
    "scale": 1.0,
    "rate": -1.0,
    "warmup": -1.0,
    "schedule": "",
    "schedule_steps": 0,
    "restart_at": 0,
    "replay_at": 0,
    "norm": 2.0,
    "norm_end": 0.8,
    "norm_noise": 0.2,
    "skipped_every": 0,
    "nan_from": 0,
    "zero_from": 0,
    "evaluations": 1,
    "eval_rows": 240,
    "eval_start": 0.9,
    "eval_end": 0.26,
    "eval_shape": "settles",
    "overfit_from": 0,
    "metric": "",
    "first": 0.0,
    "last": 0.0,
    "metric_noise": 0.004,
    "scores": "",
    "sets": "",
    "tested": 0,
    "seed": 0,
}
_STEEP = 5.0
_ROWS_PER_SECOND = 400.0


@dataclass(frozen=True, slots=True)
class Log:
    """A run as its log tells it.

    Attributes:
        entries: `log_history`, oldest first.
        planned, done: optimiser steps.
        per_epoch: optimiser steps in one epoch.
        saved: steps at which a checkpoint was written, oldest first.
        lost_from: first step after which the weights are not numbers; 0 for never.
    """

    entries: tuple[Entry, ...]
    planned: int
    done: int
    per_epoch: int
    saved: tuple[int, ...]
    lost_from: int

    def until(self, step: int) -> tuple[Entry, ...]:
        """Entries as they stood in the checkpoint of a step."""
        return tuple(entry for entry in self.entries if entry["step"] <= step and "train_runtime" not in entry)


def write_log(arguments: Mapping[str, Plain], usual: Options, options: Options) -> Log:
    """Make the log of a run.

    Args:
        arguments: settings of TrainingArguments, all that matter here.
        usual: options of the healthy run.
        options: what differs from it.

    Raises:
        LuthierError: an option or a shape is unknown.
    """
    if unknown := sorted(set(options) - set(DEFAULTS)):
        raise LuthierError(f"the log of a scene has no option {unknown[0]}", next_step=f"options: {sorted(DEFAULTS)}")
    return _Writer(arguments, {**DEFAULTS, **usual, **options}).log()


class _Writer:
    """The arithmetic of one run."""

    def __init__(self, arguments: Mapping[str, Plain], options: Options) -> None:
        self._arguments, self._options = arguments, options
        if str(options["shape"]) not in SHAPES:
            raise LuthierError(f"no loss has the shape {options['shape']}", next_step=f"shapes: {sorted(SHAPES)}")
        batch = self._set("per_device_train_batch_size", 8) * self._set("gradient_accumulation_steps", 1)
        self.per_epoch = math.ceil(self._of("rows") / batch)
        most = self._set("max_steps", -1)
        self.planned = int(most if most > 0 else math.ceil(self._set("num_train_epochs", 3) * self.per_epoch))
        self.done = min(int(self._of("stop")) or self.planned, self.planned)
        self._chance = random.Random(int(self._of("seed")))

    def _of(self, name: str) -> float:
        return float(self._options[name])

    def _set(self, name: str, usual: float) -> float:
        value = self._arguments.get(name)
        return float(value) if isinstance(value, int | float) else usual

    def _noisy(self, value: float, share: float) -> float:
        return value * (1 + share * self._chance.gauss(0, 1))

    def log(self) -> Log:
        """All entries in the order in which Trainer writes them: a step, then its evaluation."""
        every = int(self._of("every") or self._set("logging_steps", 500))
        evaluated = self._at("eval") if self._options["evaluations"] else ()
        entries: list[Entry] = []
        for step in range(1, self.done + 1):
            if step % every == 0 or (step == 1 and self._arguments.get("logging_first_step") is True):
                entries.append(self._entry(step, min(every, step)))
            if step in evaluated:
                entries += self._sets(step) if self._options["sets"] else [self._evaluation(step)]
        if self.done == self.planned and self._options["finished"]:
            entries.append(self._closing())
        return Log(tuple(entries), self.planned, self.done, self.per_epoch, self._at("save"), int(self._of("nan_from")))

    def _at(self, what: str) -> tuple[int, ...]:
        """Steps at which the run evaluates or saves; the last step is saved as well unless it saves nothing."""
        how = self._arguments.get(f"{what}_strategy", "no" if what == "eval" else "steps")
        if how == "epoch":
            return tuple(step for step in range(1, self.done + 1) if step % self.per_epoch == 0 or step == self.planned)
        if how != "steps":
            return ()
        every = self._set(f"{what}_steps", self._set("logging_steps", 500) if what == "eval" else 500)
        width = int(every if every >= 1 else math.ceil(every * self.planned))
        last = {self.done} if what == "save" and self.done == self.planned else set()
        return tuple(sorted({*range(width, self.done + 1, width), *last}))

    def _entry(self, step: int, interval: int) -> Entry:
        loss = self._noisy(self._loss(step - interval / 2), self._of("noise")) * self._of("scale")
        norm = self._norm(step)
        if (skipped := int(self._of("skipped_every"))) and step // interval % skipped == 0 and norm is not None:
            norm = math.inf
        if (zero := self._of("zero_from")) and step >= zero:
            loss, norm = 0.0, None if norm is None else 0.0
        if (lost := self._of("nan_from")) and step >= lost:
            loss, norm = self._after_the_loss(loss, step - interval + 1 >= lost), None if norm is None else math.nan
        norms = {} if norm is None else {"grad_norm": norm}
        return {"epoch": self._epoch(step), **norms, "learning_rate": self._rate(step), "loss": loss, "step": step}

    def _epoch(self, step: int) -> float:
        replay = int(self._of("replay_at"))
        return (step - replay % self.per_epoch if replay and step > replay else step) / self.per_epoch

    def _norm(self, step: int) -> float | None:
        if self._options["norm"] == "none":
            return None
        return self._noisy(
            _settling(step / self.planned, self._of("norm"), self._of("norm_end")), self._of("norm_noise")
        )

    def _after_the_loss(self, loss: float, whole: bool) -> float:
        """What the log says of an interval with values that are not numbers: its filter puts the mean of what came
        before in their place, which is zero where nothing came before.
        """
        if self._arguments.get("logging_nan_inf_filter", True) is False:
            return math.nan
        return 0.0 if whole else loss

    def _loss(self, at: float) -> float:
        share, epochs = max(at, 0.0) / self.planned, max(at, 0.0) / self.per_epoch
        return SHAPES[str(self._options["shape"])](share, epochs, self._of("start"), self._of("end"))

    def _rate(self, step: int) -> float:
        restart = int(self._of("restart_at"))
        ran = step - 1 - restart if restart and step > restart else step - 1
        peak = self._of("rate") if self._of("rate") >= 0 else self._set("learning_rate", 5e-5)
        ratio = self._set("warmup_ratio", 0.0)
        warmup = self._of("warmup") if self._of("warmup") >= 0 else self._set("warmup_steps", 0) or ratio
        total = int(self._of("schedule_steps")) or self.planned
        warm = warmup if warmup >= 1 else math.ceil(warmup * total)
        kind = str(self._options["schedule"] or self._arguments.get("lr_scheduler_type") or "linear")
        return peak * rate_at(kind, ran, int(warm), total)

    def _evaluation(self, step: int) -> Entry:
        share = step / self.planned
        loss = self._noisy(self._eval_loss(step), self._of("noise") / 3)
        lost = bool(self._of("nan_from")) and step >= self._of("nan_from")
        entry: Entry = {"epoch": self._epoch(step), "eval_loss": math.nan if lost else loss}
        if metric := str(self._options["metric"]):
            first = self._of("first")
            value = first if lost else self._noisy(_settling(share, first, self._of("last")), self._of("metric_noise"))
            entry[f"eval_{metric}"] = value
        for score in filter(None, str(self._options["scores"]).split(",")):
            name, begun, ended = score.split()
            entry[f"eval_{name}"] = _settling(share, float(begun), float(ended))
        return {**entry, **self._speed("eval"), "step": step}

    def _sets(self, step: int) -> list[Entry]:
        """An entry for each evaluation set."""
        made = []
        for one in str(self._options["sets"]).split(","):
            name, begun, ended = one.split()
            loss = _settling(step / self.planned, float(begun), float(ended))
            prefix = f"eval_{name}"
            made.append({"epoch": self._epoch(step), f"{prefix}_loss": loss, **self._speed(prefix), "step": step})
        return made

    def _speed(self, prefix: str) -> Entry:
        return {
            f"{prefix}_runtime": self._of("eval_rows") / _ROWS_PER_SECOND,
            f"{prefix}_samples_per_second": _ROWS_PER_SECOND,
            f"{prefix}_steps_per_second": _ROWS_PER_SECOND / 8,
        }

    def _eval_loss(self, step: int) -> float:
        first, last, turn = self._of("eval_start"), self._of("eval_end"), self._of("overfit_from")
        if self._options["eval_shape"] == "straight":
            return first + (last - first) * step / self.planned
        if not turn or step <= turn:
            return _settling(step / (turn or self.planned), first, last)
        return last * (1 + 2 * (step - turn) / (self.planned - turn))

    def _closing(self) -> Entry:
        losses = [self._loss(step) for step in range(self.planned)]
        rows = self._of("rows") * self.planned / self.per_epoch
        seconds = rows / _ROWS_PER_SECOND * 3
        return {
            "epoch": self.planned / self.per_epoch,
            "step": self.planned,
            "total_flos": 2.5e9 * rows,
            "train_loss": sum(losses) / len(losses),
            "train_runtime": seconds,
            "train_samples_per_second": rows / seconds,
            "train_steps_per_second": self.planned / seconds,
        }


def _settling(share: float, first: float, last: float) -> float:
    """From a value to another, quickly at first."""
    return last + (first - last) * math.exp(-_STEEP * share)


def _diverging(share: float, epochs: float, start: float, end: float) -> float:
    return _settling(share, start, end) if share < 1 / 3 else start * (0.4 + 6 * (share - 1 / 3))


def _sawtooth(share: float, epochs: float, start: float, end: float) -> float:
    return _settling(share, start, end) + 0.25 * start * (1 - epochs % 1)


Shape = Callable[[float, float, float, float], float]
SHAPES: dict[str, Shape] = {
    "learns": lambda share, epochs, start, end: _settling(share, start, end),
    "flat": lambda share, epochs, start, end: start,
    "zero": lambda share, epochs, start, end: 0.0,
    "diverges": _diverging,
    "collapses": lambda share, epochs, start, end: _settling(share, start, end) if share < 0.5 else start,
    "sawtooth": _sawtooth,
    "stairs": lambda share, epochs, start, end: end + (start - end) * 0.4 ** math.floor(epochs),
}
"""Loss by (share of the run, epochs, loss at first, loss at last)."""
