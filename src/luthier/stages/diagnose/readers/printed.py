"""Numbers in saved console output: the lines that Trainer prints while it trains.

    {'loss': '0.6931', 'grad_norm': '1.2', 'learning_rate': '4.9e-05', 'epoch': '0.1'}

They hold no step. It comes from the settings (logging_steps), else from the epoch, where the console also says how many
steps and epochs were planned, else from the progress bar; else the entries are counted, and the diary says so.
"""

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


@dataclass(slots=True)
class Printed:
    """What a console says: entries with the bar that stood before each, and what was planned."""

    entries: list[dict[str, float]] = field(default_factory=list)
    bars: list[tuple[int, int]] = field(default_factory=list)
    runs: int = 1
    total: int = 0
    epochs: int = 0

    def start(self) -> None:
        """Another run begins: only the last one is kept."""
        self.runs += 1
        self.entries.clear()
        self.bars.clear()


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
    trained = [place for place, entry in enumerate(printed.entries) if "loss" in entry]
    if not trained:
        return log
    steps, how = _steps(printed, trained, arguments)
    if how:
        home.note(file, "trace", how)
    if printed.runs > 1:
        home.note(file, "trace", f"the last of {printed.runs:,} runs in it")
    log.total = printed.total or _usual_total(printed)
    log.add(_placed(printed.entries, dict(zip(trained, steps, strict=True))))
    return log


def _read(home: Home, file: str) -> Printed:
    """Go through the lines once."""
    printed, bar, epoch = Printed(), (0, 0), 0.0
    for line in lines(home, file, "trace"):
        if found := STEPS.search(line):
            printed.total = whole(found[1].replace(",", ""))
        if found := EPOCHS.search(line):
            printed.epochs = whole(found[1].replace(",", ""))
        for found in ENTRY.finditer(line):
            if bars := BAR.findall(line, 0, found.start()):
                bar = (int(bars[-1][0]), int(bars[-1][1]))
            entry = renamed({name: quoted or bare for name, quoted, bare in PAIR.findall(found[0])})
            if entry.get("epoch", epoch) < epoch:
                printed.start()
            epoch = entry.get("epoch", epoch)
            if entry and len(printed.entries) < MOST_ENTRIES:
                printed.entries.append(entry)
                printed.bars.append(bar)
        if bars := BAR.findall(line):
            bar = (int(bars[-1][0]), int(bars[-1][1]))
    return printed


def _steps(printed: Printed, trained: list[int], arguments: Arguments | None) -> tuple[list[float], str]:
    """Step of each entry with a loss, and how it was found where that is not sure."""
    entries = [printed.entries[place] for place in trained]
    if all("step" in entry for entry in entries):
        return [entry["step"] for entry in entries], ""
    spaced = _spaced(len(entries), arguments)
    if spaced:
        return spaced, ""
    if printed.total and printed.epochs and all("epoch" in entry for entry in entries):
        per_epoch = printed.total / printed.epochs
        steps = [float(round(entry["epoch"] * per_epoch)) for entry in entries]
        if _climbs(steps):
            return steps, "steps from the epochs"
    total = _usual_total(printed)
    steps = [float(printed.bars[place][0]) for place in trained if printed.bars[place][1] == total]
    if total and len(steps) == len(trained) and _climbs(steps):
        return steps, "steps from the progress bar"
    return [float(number) for number in range(1, len(entries) + 1)], "it tells no steps; the entries are counted"


def _spaced(count: int, arguments: Arguments | None) -> list[float]:
    """Steps that the settings tell; empty where they do not."""
    apart = whole(arguments.values.get("logging_steps")) if arguments is not None else 0
    if arguments is None or not apart or arguments.text("logging_strategy") not in ("", "steps"):
        return []
    first = arguments.flag("logging_first_step") is True and apart > 1
    steps = [float(apart * number) for number in range(1, count + 1)]
    return [1.0, *steps[:-1]] if first else steps


def _usual_total(printed: Printed) -> int:
    """The end of the progress bar that stood before most losses: that of training; 0 where there was none."""
    totals = Counter(
        total for entry, (_, total) in zip(printed.entries, printed.bars, strict=True) if "loss" in entry and total
    )
    return totals.most_common(1)[0][0] if totals else 0


def _climbs(steps: list[float]) -> bool:
    return all(after > before for before, after in pairwise(steps))


def _placed(entries: list[dict[str, float]], steps: dict[int, float]) -> list[dict[str, float]]:
    """Entries with their steps; an evaluation stands at the step that its epoch says, else at the last loss."""
    last, per_epoch = 0.0, 0.0
    placed = []
    for place, entry in enumerate(entries):
        last = steps.get(place, last)
        epoch = entry.get("epoch", 0.0)
        if place in steps and epoch > 0:
            per_epoch = last / epoch
        step = last if place in steps else max(last, float(round(epoch * per_epoch)))
        placed.append({**entry, "step": step})
    return placed
