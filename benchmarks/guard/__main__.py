"""What LuthierCallback costs a step of `transformers.Trainer`: MiniLM-L6 on text messages, the callback on and off.

    python -m benchmarks.guard                      three pairs of runs of 60 steps
    python -m benchmarks.guard --steps 100 --repeats 5 --json out.json

Two measures. The callback's own time: all that runs in its methods and in what listens to the trainer, as a share of
the steps' time; this is what the bar of 2 % is held against, since it does not depend on what else the machine does.
And the ratio of the medians of whole steps, on and off in turn, which does. What is done once, before the first step,
is told apart, in seconds.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from benchmarks.sets import sms_spam
from benchmarks.speed.trainer import Tokenized
from luthier.integrations import transformers as ours
from luthier.integrations.watching import Watching
from scripts.fetch_demo import fetch

BAR = 0.02
LOOKS = ("on_pre_optimizer_step", "on_optimizer_step", "on_step_end", "on_evaluate")
LISTENERS = ("heard_loss", "heard_norm")


class Clock:
    """Adds up the time spent in some methods."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def timed(self, kind: type, name: str) -> None:
        """Put a method of a class under the clock."""
        inner: Callable[..., Any] = getattr(kind, name)

        @wraps(inner)
        def outer(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            result = inner(*given, **named)
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
            return result

        setattr(kind, name, outer)


class Ends(TrainerCallback):
    """When each step ended."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Note the time."""
        self.times.append(time.perf_counter())


def run(folder: Path, data: Any, steps: int, seed: int, callback: TrainerCallback | None, batch: int) -> list[float]:
    """Seconds of each step but the first, which warms up."""
    model_folder = fetch("minilm")
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    torch.manual_seed(seed)
    ends = Ends()
    trainer = Trainer(
        AutoModelForSequenceClassification.from_pretrained(model_folder, num_labels=2),
        TrainingArguments(
            str(folder),
            max_steps=steps,
            per_device_train_batch_size=batch,
            learning_rate=2e-5,
            seed=seed,
            use_cpu=not torch.cuda.is_available(),
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
            logging_steps=steps,
        ),
        data_collator=DataCollatorWithPadding(tokenizer),
        train_dataset=data,
        callbacks=[ends, *([callback] if callback is not None else [])],
    )
    trainer.train()
    return [later - before for before, later in zip(ends.times, ends.times[1:], strict=False)]


def measure(steps: int, repeats: int, every: int, batch: int) -> dict[str, Any]:
    """All pairs of runs."""
    sets = sms_spam()
    tokenizer = AutoTokenizer.from_pretrained(fetch("minilm"))
    data = Tokenized(sets.train, sets.classes, tokenizer, 128)
    clock = Clock()
    for name in (*LOOKS, "on_train_begin", "on_train_end"):
        clock.timed(ours.LuthierCallback, name)
    for name in LISTENERS:
        clock.timed(Watching, name)
    sides: dict[bool, list[float]] = {False: [], True: []}
    for seed in range(repeats):
        for on in (False, True) if seed % 2 == 0 else (True, False):
            with tempfile.TemporaryDirectory() as folder:
                callback = ours.LuthierCallback("record", every) if on else None
                sides[on] += run(Path(folder), data, steps, seed, callback, batch)
    own = {name: clock.seconds.get(name, 0.0) / (repeats * steps) for name in (*LOOKS, *LISTENERS)}
    off, on = statistics.median(sides[False]), statistics.median(sides[True])
    return {
        "steps": steps,
        "repeats": repeats,
        "every": every,
        "batch": batch,
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else f"{torch.get_num_threads()} threads",
        "step_off": off,
        "step_on": on,
        "own": own,
        "own_share": sum(own.values()) / off,
        "ratio": on / off,
        "begin": clock.seconds.get("on_train_begin", 0.0) / repeats,
        "end": clock.seconds.get("on_train_end", 0.0) / repeats,
    }


def told(found: dict[str, Any]) -> str:
    """The measurement as a table."""
    lines = [f"{found['device']}; {found['repeats']} pairs of {found['steps']} steps of {found['batch']} rows"]
    lines += [f"  median step   off {found['step_off'] * 1e3:8.2f} ms   on {found['step_on'] * 1e3:8.2f} ms"]
    lines += [f"  {name:24} {seconds * 1e6:9.1f} µs a step" for name, seconds in found["own"].items()]
    verdict = "kept" if found["own_share"] <= BAR else "broken"
    lines += [
        f"  own time {found['own_share']:.2%} of a step (bar {BAR:.0%}: {verdict}); on / off {found['ratio']:.3f}"
    ]
    lines += [f"  once: {found['begin']:.2f} s before the first step, {found['end']:.2f} s after the last"]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--every", type=int, default=10, help="steps between two looks")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--json", type=Path, help="file to write the results to")
    asked = parser.parse_args()
    found = measure(asked.steps, asked.repeats, asked.every, asked.batch)
    print(told(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
