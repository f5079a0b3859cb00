"""The other side: `transformers.Trainer` with its own defaults."""

import math
import resource
import time
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import Dataset
from transformers import (
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from benchmarks.sets import Data, Rows
from benchmarks.speed.sides import initial_model, scores
from benchmarks.speed.works import Work
from scripts.fetch_demo import fetch


class Tokenized(Dataset[dict[str, Any]]):
    """Rows as the examples of Transformers make them: tokenized once, padded per batch by the collator."""

    def __init__(self, rows: Rows, classes: tuple[str, ...], tokenizer: Any, max_tokens: int) -> None:
        self._encoded = tokenizer([text for text, _ in rows], truncation=True, max_length=max_tokens)
        self._labels = [classes.index(label) for _, label in rows]

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"labels": self._labels[index], **{key: values[index] for key, values in self._encoded.items()}}


class Cut(TrainerCallback):
    """Ends training after some steps and keeps the time at which each step ended."""

    def __init__(self, steps: int) -> None:
        self._steps, self.ended = steps, [time.perf_counter()]

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.ended.append(time.perf_counter())
        control.should_training_stop = len(self.ended) > self._steps

    def projected(self, total: int) -> float:
        """Seconds that all steps would have taken: those seen, and for each that was left out their mean."""
        seen = self.ended[-1] - self.ended[0]
        return seen * total / (len(self.ended) - 1)


def run_trainer(work: Work, data: Data, seed: int, folder: Path, steps: int | None = None) -> dict[str, Any]:
    """Train with Trainer's defaults; only output folder, epochs, seed and rate are named, and the device is the CPU.

    Args:
        work, data, seed: what is trained.
        folder: Trainer's output folder.
        steps: stop after so many, project the time of the whole run from them, and score nothing; None trains it all.
    """
    tokenizer = AutoTokenizer.from_pretrained(fetch("minilm"))
    started, used = time.perf_counter(), time.process_time()
    model = initial_model(data, seed)
    freeze(model, work)
    train = Tokenized(data.train, data.classes, tokenizer, work.max_tokens)
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=work.epochs,
        per_device_train_batch_size=work.batch_size,
        learning_rate=work.head_rate if work.strategy == "frozen_body" else work.rate,
        seed=seed,
        use_cpu=True,
        disable_tqdm=True,
    )
    trainer = Trainer(model, arguments, train_dataset=train, data_collator=DataCollatorWithPadding(tokenizer))
    if steps is not None:
        cut = Cut(steps)
        trainer.add_callback(cut)
        trainer.train()
        total = math.ceil(len(train) / work.batch_size) * work.epochs
        return {"seconds": cut.projected(round(total)), "projected_from": steps, "peak_mb": peak_mb()}
    trainer.train()
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    peak = peak_mb()
    test = Tokenized(data.test, data.classes, tokenizer, work.max_tokens)
    predicted = torch.from_numpy(trainer.predict(test).predictions).argmax(dim=-1).numpy()
    measured = scores(trainer.predict(test).label_ids, predicted)
    return {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak, **measured}


def peak_mb() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def freeze(model: Any, work: Work) -> None:
    """Freeze as the tutorials do: requires_grad off."""
    if work.strategy == "full":
        return
    for parameter in model.base_model.parameters():
        parameter.requires_grad_(False)
    if work.layers:
        listed = list(model.base_model.encoder.layer)
        pretrained = [layer for layer in listed if any(True for _ in layer.parameters())]
        for layer in pretrained[-work.layers :]:
            for parameter in layer.parameters():
                parameter.requires_grad_(True)
