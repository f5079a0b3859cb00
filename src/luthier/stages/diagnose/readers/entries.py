"""Entries of a log, whatever its format was, gathered into the columns of a `Trace`."""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import repeat

import numpy as np

from luthier.facts.arguments import Arguments
from luthier.facts.evaluation import Evaluation
from luthier.facts.trace import Floats, Trace
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.evaluations import evaluation, number

Entry = Mapping[str, object]

MOST_EVALUATIONS = 10_000
"""Evaluations of one log; a run that evaluates after every step for a week has fewer."""
LARGEST_STEP = 2.0**53
"""Beyond it a float no longer tells one step from the next."""
EARLIEST_EPOCH = 0.1
"""Below it the two decimals that a console prints tell the steps of an epoch to no better than a tenth."""


class Log:
    """Columns of one log, filled entry by entry.

    Args:
        file: where it stands, below the folder.
        trainer: whether Transformers' Trainer wrote it, whose filter replaces losses that are not finite.
    """

    def __init__(self, file: str, *, trainer: bool) -> None:
        self.file = file
        self.trainer = trainer
        self.steps, self.losses, self.rates, self.norms, self.epochs = (array("d") for _ in range(5))
        self.evaluations: list[tuple[int, Evaluation]] = []
        self.total = 0
        self.reached = 0
        self.stated = 0
        self.per_epoch = 0
        self.ended = False

    def __len__(self) -> int:
        return len(self.losses)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries in the order of the log. One without a step is left out; one with a loss is a training step."""
        for entry in entries:
            step = number(entry.get("step"))
            if step is None or not 0 <= step < LARGEST_STEP:
                continue
            loss = number(entry.get("loss"))
            if loss is not None:
                self.steps.append(step)
                self.losses.append(loss)
                self._beside(self.rates, number(entry.get("learning_rate")))
                self._beside(self.norms, number(entry.get("grad_norm")))
                self._beside(self.epochs, number(entry.get("epoch")))
            if not _only_a_step(tuple(entry)):
                self._aside(int(step), entry)

    def _beside(self, column: "array[float]", value: float | None) -> None:
        """The next value of a column, NaN where the entry has none; a column that no entry has stays empty."""
        if value is not None and not column:
            column.extend(repeat(math.nan, len(self.losses) - 1))
        if value is not None or column:
            column.append(math.nan if value is None else value)

    def _aside(self, step: int, entry: Entry) -> None:
        """An evaluation, the end of the run, the planned steps."""
        scored = evaluation(entry, "eval_", "validation")
        if scored is not None and len(self.evaluations) < MOST_EVALUATIONS:
            self.evaluations.append((step, scored))
        self.ended = self.ended or "train_runtime" in entry
        self.total = whole(entry.get("total_steps")) or self.total
        self.reached = max(self.reached, step)

    def trace(self, home: Home, arguments: Arguments | None) -> Trace:
        """The columns. Entries that a restarted run wrote again replace the earlier ones; the diary says how many."""
        steps = np.array(self.steps)
        kept = not_repeated(steps)
        repeated = len(steps) - int(kept.sum())
        home.note(self.file, "trace", f"{repeated:,} entries were written again by a later start" if repeated else "")
        if len(self.evaluations) == MOST_EVALUATIONS:
            home.note(self.file, "trace", f"{MOST_EVALUATIONS:,} evaluations or more; the rest was not read")
        steps, losses = steps[kept], np.array(self.losses)[kept]
        epochs = np.array(self.epochs)[kept] if self.epochs else np.full(len(steps), math.nan)
        filtered = self.trainer and not (arguments is not None and arguments.flag("logging_nan_inf_filter") is False)
        total = self.total or (whole(arguments.values.get("max_steps")) if arguments is not None else 0)
        reached = max(self.reached, int(steps[-1]) if len(steps) else 0)
        return Trace(
            steps=steps,
            losses=losses,
            rates={"all": np.array(self.rates)[kept]} if self.rates else {},
            grad_norms={"all": np.array(self.norms)[kept]} if self.norms else {},
            total_steps=total,
            steps_per_epoch=(0 if len(_back(epochs)) else self.per_epoch) or steps_per_epoch(steps, epochs),
            evaluations=_not_repeated(self.evaluations),
            logged_losses=losses if filtered else None,
            finished=self.ended or 0 < total <= reached,
            interval=_interval(steps, self.stated, arguments),
            filtered=filtered,
        )

    @property
    def empty(self) -> bool:
        """Whether it says nothing about a run."""
        return not (len(self) or self.evaluations or self.reached)


def longest(logs: Iterable[Log | None]) -> Log | None:
    """The log with the most training steps, of equal ones that with the most evaluations; None where all are empty."""
    best: Log | None = None
    for log in logs:
        if log is None or log.empty:
            continue
        if best is None or (len(log), len(log.evaluations)) > (len(best), len(best.evaluations)):
            best = log
    return best


def log_of(file: str, entries: Iterable[Mapping[str, float]], arguments: Arguments | None) -> Log:
    """The log that entries under our names make; those of one step that follow each other are one entry.

    A log without a maker's mark was written by Trainer where the settings beside it say so.
    """
    log = Log(file, trainer=arguments is not None and arguments.tool in ("transformers", "trl"))
    log.add(merged(entries))
    return log


@lru_cache(maxsize=1024)
def _only_a_step(names: tuple[str, ...]) -> bool:
    """Whether an entry with these names holds nothing beside a training step; kept, as a log repeats its names."""
    beside = ("eval_", "train_runtime", "total_steps")
    return "loss" in names and not any(name.startswith(beside) for name in names)


def whole(value: object) -> int:
    """A count of a log; 0 where it is none, or not above 0."""
    count = number(value)
    return int(count) if count is not None and 0 < count < LARGEST_STEP else 0


def merged(entries: Iterable[Mapping[str, float]]) -> Iterator[dict[str, float]]:
    """Entries of the same step that follow each other, as one: many loggers write each number alone."""
    current: dict[str, float] = {}
    for entry in entries:
        if current and entry.get("step") != current.get("step"):
            yield current
            current = {}
        current.update(entry)
    if current:
        yield current


def not_repeated(steps: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which entries no later one replaces: those whose step is below every later step. Shape (n,)."""
    if not len(steps):
        return np.zeros(0, dtype=bool)
    later = np.minimum.accumulate(steps[::-1])[::-1]
    return np.append(steps[:-1] < later[1:], True)


def steps_per_epoch(steps: Floats, epochs: Floats) -> int:
    """Steps of an epoch, from the last entry with an epoch before epochs go back; 0 where none tells it.

    Two entries in the same whole epoch count epochs from 0, as Lightning does, and do not tell how far they are in it.
    """
    told = np.flatnonzero(np.isfinite(epochs) & (epochs >= EARLIEST_EPOCH))
    if not len(told):
        return 0
    back = _back(epochs[told])
    told = told[: back[0] + 1] if len(back) else told
    last = int(told[-1])
    epoch = float(epochs[last])
    if epoch.is_integer() and len(told) > 1 and float(epochs[told[-2]]) == epoch:
        return 0
    return round(float(steps[last]) / epoch)


def _back(epochs: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Entries behind which the position in epochs goes back, as after a resume that skips no rows."""
    return np.flatnonzero(np.diff(epochs) < 0)


def _not_repeated(evaluations: list[tuple[int, Evaluation]]) -> tuple[tuple[int, Evaluation], ...]:
    """Evaluations that no restart took again; several at one step are several data sets."""
    kept: list[tuple[int, Evaluation]] = []
    for step, one in reversed(evaluations):
        if not kept or step <= kept[-1][0]:
            kept.append((step, one))
    return tuple(reversed(kept))


def _interval(steps: Floats, stated: int, arguments: Arguments | None) -> int:
    """Steps that an entry stands for: the usual distance of entries, else what the settings say."""
    if len(steps) > 1:
        return max(1, round(float(np.median(np.diff(steps)))))
    asked = whole(arguments.values.get("logging_steps")) if arguments is not None else 0
    return stated or asked or 1
