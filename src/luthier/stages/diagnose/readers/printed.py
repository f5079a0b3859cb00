"""Numbers in saved console output: the lines that Trainer prints while it trains.

    {'loss': '0.6931', 'grad_norm': '1.2', 'learning_rate': '4.9e-05', 'epoch': '0.1'}

They hold no step. It comes from the settings (logging_steps), else from the epoch, where the console also says how many
steps and epochs were planned, else from the progress bar; else the entries are counted, and the diary says so.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from luthier.facts.arguments import Arguments
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.console import console_files
from luthier.stages.diagnose.readers.entries import Log, longest, whole
from luthier.stages.diagnose.readers.lines import lines
from luthier.stages.diagnose.readers.names import renamed

ENTRY = re.compile(r"\{\s?['\"][^{}]{1,4000}\}")
PAIR = re.compile(r"['\"]([\w/.-]{1,100})['\"]: ?(?:['\"]([^'\"]{1,40})['\"]|([^,}\s'\"]{1,40}))")
BAR = re.compile(r"\b(\d{1,9})/(\d{1,9}) \[")
STEPS = re.compile(r"Total optimization steps = ([\d,]{1,12})")
EPOCHS = re.compile(r"Num Epochs = ([\d,]{1,12})")
MOST_ENTRIES = 200_000
"""Entries of one console; who logs more has a state or an event file too."""
MOST_BARS = 8
"""Progress bars that are followed at a time: training, evaluation, preparation of data."""
COUNTED = "it tells no steps; the entries are counted"


@dataclass(slots=True)
class Spoken:
    """An entry, and where the progress bars stood around it: length of a bar to its last, or next, reading."""

    values: dict[str, float]
    before: dict[int, int]
    after: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Printed:
    """What a console says: its entries, and what was planned."""

    entries: list[Spoken] = field(default_factory=list)
    bars: dict[int, int] = field(default_factory=dict)
    runs: int = 1
    total: int = 0
    epochs: int = 0

    def take(self, values: dict[str, float]) -> None:
        """An entry. An epoch before the last one begins another run: only the last run is kept."""
        if self.entries and values.get("epoch", math.inf) < self.entries[-1].values.get("epoch", 0.0):
            self.runs += 1
            self.entries.clear()
        if values and len(self.entries) < MOST_ENTRIES:
            self.entries.append(Spoken(values, dict(self.bars)))

    def move(self, text: str) -> None:
        """The progress bars in a piece of text."""
        for reading, length in BAR.findall(text):
            self.bars.pop(int(length), None)
            self.bars[int(length)] = int(reading)
            if len(self.bars) > MOST_BARS:
                del self.bars[next(iter(self.bars))]
            if self.entries and len(self.entries[-1].after) < MOST_BARS:
                self.entries[-1].after.setdefault(int(length), int(reading))


def read(home: Home, arguments: Arguments | None) -> Log | None:
    """The longest log among saved console outputs; None where none holds a loss.

    Args:
        home: the folder.
        arguments: settings, for the steps between two entries.
    """
    return longest(_log(home, file, arguments) for file in console_files(home))


def _log(home: Home, file: str, arguments: Arguments | None) -> Log:
    log = Log(file, trainer=True)
    printed = _read(home, file)
    trained = [place for place, entry in enumerate(printed.entries) if "loss" in entry.values]
    if not trained:
        return log
    total = printed.total or _usual_bar(printed)
    steps, how = _steps(printed, [printed.entries[place] for place in trained], total, arguments)
    if how:
        home.note(file, "trace", how)
    if printed.runs > 1:
        home.note(file, "trace", f"the last of {printed.runs:,} runs in it")
    entries = _placed(printed.entries, dict(zip(trained, steps, strict=True)))
    if how == COUNTED:
        log.add({name: value for name, value in entry.items() if name != "epoch"} for entry in entries)
    else:
        log.total = total
        log.add(entries)
    return log


def _read(home: Home, file: str) -> Printed:
    """Go through the lines once."""
    printed = Printed()
    for line in lines(home, file, "trace"):
        if found := STEPS.search(line):
            printed.total = whole(found[1].replace(",", ""))
        if found := EPOCHS.search(line):
            printed.epochs = whole(found[1].replace(",", ""))
        at = 0
        for found in ENTRY.finditer(line):
            printed.move(line[at : found.start()])
            printed.take(renamed({name: quoted or bare for name, quoted, bare in PAIR.findall(found[0])}))
            at = found.end()
        printed.move(line[at:])
    return printed


def _steps(printed: Printed, trained: list[Spoken], total: int, arguments: Arguments | None) -> tuple[list[float], str]:
    """Step of each entry with a loss, and how it was found where that is not sure."""
    if all("step" in entry.values for entry in trained):
        return [entry.values["step"] for entry in trained], ""
    if spaced := _spaced(len(trained), arguments):
        return spaced, ""
    epochs = [entry.values.get("epoch", 0.0) for entry in trained]
    if printed.total and printed.epochs:
        steps = [float(round(epoch * printed.total / printed.epochs)) for epoch in epochs]
        if _climbs(steps):
            return steps, "steps from the epochs"
    around = ([entry.before.get(total) for entry in trained], [entry.after.get(total) for entry in trained])
    readings = [[float(step) for step in steps if step is not None] for steps in around]
    read = [steps for steps in readings if len(steps) == len(trained) and _climbs(steps)]
    if read:
        return min(read, key=lambda steps: _unsteady(steps, epochs)), "steps from the progress bar"
    return [float(number) for number in range(1, len(trained) + 1)], COUNTED


def _spaced(count: int, arguments: Arguments | None) -> list[float]:
    """Steps that the settings tell; empty where they do not."""
    apart = whole(arguments.values.get("logging_steps")) if arguments is not None else 0
    if arguments is None or not apart or arguments.text("logging_strategy") not in ("", "steps"):
        return []
    first = arguments.flag("logging_first_step") is True and apart > 1
    steps = [float(apart * number) for number in range(1, count + 1)]
    return [1.0, *steps[:-1]] if first else steps


def _usual_bar(printed: Printed) -> int:
    """Length of the progress bar that moves after most losses: that of training; 0 where there is none."""
    lengths = Counter(length for entry in printed.entries if "loss" in entry.values for length in entry.after)
    return max(lengths, key=lambda length: (lengths[length], length), default=0)


def _climbs(steps: list[float]) -> bool:
    return all(after > before for before, after in pairwise(steps))


def _unsteady(steps: list[float], epochs: list[float]) -> float:
    """How much the steps of an epoch vary from entry to entry: a bar that lags behind the entries varies more.

    Transformers 5 draws its bar anew after an entry, older versions printed the entry behind it.
    """
    ratios = [step / epoch for step, epoch in zip(steps, epochs, strict=True) if epoch > 0]
    return max(ratios) - min(ratios) if ratios else 0.0


def _placed(entries: list[Spoken], steps: dict[int, float]) -> list[dict[str, float]]:
    """Entries with their steps; an evaluation stands at the step that its epoch says, else at the last loss."""
    last, per_epoch = 0.0, 0.0
    placed = []
    for place, entry in enumerate(entries):
        last = steps.get(place, last)
        epoch = entry.values.get("epoch", 0.0)
        if place in steps and epoch > 0:
            per_epoch = last / epoch
        step = last if place in steps else max(last, float(round(epoch * per_epoch)))
        placed.append({**entry.values, "step": step})
    return placed
