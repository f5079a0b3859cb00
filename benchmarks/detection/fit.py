"""Runs in pieces: what all have in common, and a plain fine-tune of a text classifier; a recipe swaps the wrong one.

Nothing of Luthier is in it: these are the runs of other people.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)

from benchmarks.detection.ground import Ground, Row


class Recipe:
    """A way to make a run.

    Attributes:
        cause: id of the failure that is planted; empty for a healthy run.
        family: what a looser reading of the cause would be.
        also: ids that name the same cause as rightly.
        needs: least evidence with which the cause can be told: "log", "files", "data" or "batches".
    """

    cause: ClassVar[str] = ""
    family: ClassVar[str] = ""
    also: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[str] = "files"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def run(self) -> None:
        """Make the run."""
        raise NotImplementedError

    def arguments(self) -> dict[str, Any]:
        """Settings that all runs have in common, under the names of TrainingArguments."""
        return {
            "num_train_epochs": 3,
            "per_device_train_batch_size": 8,
            "warmup_steps": 0.1,
            "logging_steps": 5,
            "eval_strategy": "epoch",
            "save_strategy": "epoch",
            "save_total_limit": 1,
            "save_only_model": True,
            "seed": self.ground.seed,
            "report_to": [],
            "disable_tqdm": True,
            "use_cpu": True,
        }

    def save(self, trainer: Trainer) -> None:
        """What scripts do at their end."""
        trainer.save_model()
        trainer.save_state()

    @property
    def base(self) -> Path | None:
        """What a user would name as the model that was fine-tuned; None where it began with random weights."""
        return None

    def data_folder(self) -> Path:
        """Where the user's files lie."""
        folder = self.ground.folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def write_lines(self, train: list[dict[str, Any]], validation: list[dict[str, Any]]) -> None:
        """The user's files, an object a line."""
        for name, part in (("train", train), ("validation", validation)):
            text = "\n".join(json.dumps(row, ensure_ascii=False) for row in part)
            (self.data_folder() / f"{name}.jsonl").write_text(text + "\n", encoding="utf-8")


class Written(Recipe):
    """A run on rows that hold a source and a target: the first ones are trained on, the next ones scored."""

    train_rows: ClassVar[int] = 240
    scored_rows: ClassVar[int] = 40

    def parted(self, rows: list[Any]) -> tuple[list[Any], list[Any]]:
        """Training rows and those that are scored."""
        return rows[: self.train_rows], rows[self.train_rows : self.train_rows + self.scored_rows]

    def write_rows(self, rows: list[dict[str, Any]]) -> None:
        """The user's files."""
        self.write_lines(*self.parted(rows))


class Fit(Recipe):
    """A healthy fine-tune of a classifier."""

    max_length: ClassVar[int] = 80

    @property
    def base(self) -> Path | None:
        """The pretrained encoder."""
        return self.ground.base

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Rows as the user has them."""
        return self.ground.rows()

    def classes(self, rows: Iterable[Row]) -> list[str]:
        """Label names in id order."""
        return sorted({label for _, label in rows})

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's own."""
        return AutoTokenizer.from_pretrained(self.ground.base)

    def encode(self, rows: list[Row], tokenizer: PreTrainedTokenizerBase, classes: list[str]) -> Dataset:
        """Token ids and class ids."""
        encoded = tokenizer([text for text, _ in rows], truncation=True, max_length=self.max_length)
        return Dataset.from_dict({**encoded, "label": [classes.index(label) for _, label in rows]})

    def model(self, classes: list[str]) -> PreTrainedModel:
        """Pretrained, with a new head."""
        return AutoModelForSequenceClassification.from_pretrained(
            self.ground.base, id2label=dict(enumerate(classes)), label2id={name: i for i, name in enumerate(classes)}
        )

    def arguments(self) -> dict[str, Any]:
        """Settings of TrainingArguments."""
        return super().arguments() | {"learning_rate": 1e-4, "per_device_eval_batch_size": 64, "weight_decay": 0.01}

    trainer_class: ClassVar[type[Trainer]] = Trainer

    def extras(self) -> dict[str, Any]:
        """Further arguments of the Trainer."""
        return {"compute_metrics": metrics}

    def run(self) -> None:
        """Train and save, as a script does."""
        train, validation = self.rows()
        self.write_rows(train, validation)
        classes = self.classes([*train, *validation])
        set_seed(self.ground.seed)
        tokenizer = self.tokenizer()
        trainer = self.trainer_class(
            model=self.model(classes),
            args=TrainingArguments(str(self.ground.output), **self.arguments()),
            train_dataset=self.encode(train, tokenizer, classes),
            eval_dataset=self.encode(validation, tokenizer, classes),
            data_collator=DataCollatorWithPadding(tokenizer),
            processing_class=tokenizer,
            **self.extras(),
        )
        self.train(trainer)
        self.save(trainer)

    def train(self, trainer: Trainer) -> None:
        """Train."""
        trainer.train()

    def write_rows(self, train: list[Row], validation: list[Row]) -> None:
        """The user's files."""
        for name, rows in (("train", train), ("validation", validation)):
            with (self.data_folder() / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["text", "label"])
                writer.writerows(rows)


def metrics(predicted: Any) -> dict[str, float]:
    """Accuracy and macro-F1."""
    logits = predicted.predictions[0] if isinstance(predicted.predictions, tuple) else predicted.predictions
    guess, gold = np.asarray(logits).argmax(-1), np.asarray(predicted.label_ids)
    scores = []
    for one in np.unique(gold):
        hits = float(((guess == one) & (gold == one)).sum())
        scores.append(2 * hits / max(1.0, float((guess == one).sum() + (gold == one).sum())))
    return {"accuracy": float((guess == gold).mean()), "f1": float(np.mean(scores))}


def relabelled(rows: list[Row], classes: list[str]) -> list[Row]:
    """The same texts, each under the next class."""
    return [(text, classes[(classes.index(label) + 1) % len(classes)]) for text, label in rows]


def low_rank(model: PreTrainedModel, ground: Ground, **settings: Any) -> PreTrainedModel:
    """The model with LoRA of rank 8 on queries and values, or as the settings of LoraConfig say."""
    targets = ["query", "value"] if ground.model == "minilm" else ["q", "v"]
    return get_peft_model(model, LoraConfig(**{"r": 8, "lora_alpha": 16, "target_modules": targets} | settings))


def frozen(model: PreTrainedModel) -> PreTrainedModel:
    """The model with everything but its head frozen."""
    for parameter in model.base_model.parameters():
        parameter.requires_grad_(False)
    return model
