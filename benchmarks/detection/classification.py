"""Fine-tunes of a classifier that go wrong, each in the way its class is named; everything else is healthy."""

import random
import shutil
from pathlib import Path
from typing import Any, ClassVar

import torch
from datasets import Dataset
from peft import TaskType
from safetensors.torch import load_file, save_file
from torch.utils.data import SequentialSampler
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    EarlyStoppingCallback,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainerCallback,
)

from benchmarks.detection.fit import Fit, frozen, low_rank, relabelled
from benchmarks.detection.ground import Row


class RateTooHigh(Fit):
    """An encoder tuned at a rate for heads: it collapses within a few steps."""

    cause, family = "rate_too_high_collapse", "rate"

    def arguments(self) -> dict[str, Any]:
        """Fifty times too much, and no warmup."""
        return super().arguments() | {"learning_rate": 5e-3, "warmup_steps": 0}


class FrozenTinyRate(Fit):
    """The recipe of the tutorials."""

    cause, family = "frozen_encoder_tiny_rate", "rate"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """The encoder frozen."""
        return frozen(super().model(classes))

    def arguments(self) -> dict[str, Any]:
        """The head at a rate for encoders."""
        return super().arguments() | {"learning_rate": 2e-5}


class WarmupTooLong(Fit):
    """Warmup copied from a recipe for long runs."""

    cause, family = "rate_never_arrives", "rate"

    def arguments(self) -> dict[str, Any]:
        """Longer than the run."""
        return super().arguments() | {"warmup_steps": 10_000}


class RateZero(Fit):
    """A rate that a configuration file turned into zero."""

    cause, family = "rate_always_zero", "rate"

    def arguments(self) -> dict[str, Any]:
        """Zero."""
        return super().arguments() | {"learning_rate": 0.0}


class RateTiny(Fit):
    """1e-7 instead of 1e-4."""

    cause, family, also = "rate_unsuited_to_family", "rate", ("too_few_steps",)

    def arguments(self) -> dict[str, Any]:
        """A thousand times too little."""
        return super().arguments() | {"learning_rate": 1e-7}


class NaN(Fit):
    """A weight becomes NaN half-way; the log's filter shows zeros from then on."""

    cause, family = "loss_not_finite", "numerics"
    also = ("weights_not_finite",)

    def extras(self) -> dict[str, Any]:
        """With the accident."""
        return super().extras() | {"callbacks": [_BreaksWeight(70)]}


class _BreaksWeight(TrainerCallback):  # type: ignore[misc]
    def __init__(self, step: int) -> None:
        self.step = step

    def on_step_end(self, args: Any, state: Any, control: Any, model: Any = None, **more: Any) -> None:
        if state.global_step == self.step:
            with torch.no_grad():
                for parameter in model.classifier.parameters():
                    parameter.view(-1)[0] = float("nan")


class LabelsShuffled(Fit):
    """The label column was sorted apart from the texts."""

    cause, family, needs = "labels_shuffled", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Training labels in another order."""
        train, validation = super().rows()
        labels = [label for _, label in train]
        random.Random(self.ground.seed).shuffle(labels)
        return [(text, label) for (text, _), label in zip(train, labels, strict=True)], validation


class Overlap(Fit):
    """Validation rows drawn from the table that training rows were drawn from."""

    cause, family, needs = "train_test_overlap", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Half of the validation rows are training rows."""
        train, validation = super().rows()
        return train, train[: len(validation) // 2] + validation[len(validation) // 2 :]


class NearCopies(Fit):
    """Re-posts with a word changed stand on both sides."""

    cause, family, needs = "near_duplicates_across_splits", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Half of the validation rows are training rows with a word added."""
        train, validation = super().rows()
        long = [row for row in train if len(row[0]) > 60][: len(validation) // 2]
        return train, [(f"{text} indeed", label) for text, label in long] + validation[len(long) :]


class Conflicting(Fit):
    """The same texts under several labels."""

    cause, family, needs = "conflicting_labels", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """A third of the training rows a second time, with another label."""
        train, validation = super().rows()
        other = relabelled(train[: len(train) // 3], self.classes(train))
        return train[: -len(other)] + other, validation


class CutAway(Fit):
    """Six tokens of each text are kept, two of them special."""

    cause, family, needs = "text_truncated_away", "tokenization", "data"
    max_length: ClassVar[int] = 6


class SameHeader(Fit):
    """A letterhead fills what is kept of each text."""

    cause, family, needs = "rows_identical_after_truncation", "tokenization", "data"
    max_length: ClassVar[int] = 32
    header = (
        "This message and any attachment are confidential and intended solely for the addressee. If you are not the "
        "intended recipient please delete it at once and inform the sender by return. "
    )

    def rows(self) -> tuple[list[Row], list[Row]]:
        """The letterhead before every text."""
        return tuple([(self.header + text, label) for text, label in part] for part in super().rows())  # type: ignore[return-value]


class ForeignScript(Fit):
    """Texts in a script that the vocabulary does not have."""

    cause, family, needs = "unknown_tokens", "tokenization", "data"
    also = ("language_not_covered",)

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Every letter replaced by an Ethiopic one."""
        table = {ord(a): chr(0x1200 + 8 * i) for i, a in enumerate("abcdefghijklmnopqrstuvwxyz")}
        return tuple([(text.lower().translate(table), label) for text, label in part] for part in super().rows())  # type: ignore[return-value]


class Overfitting(Fit):
    """A few rows, seen again and again."""

    cause, family = "overfitting", "optimisation"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Forty-eight rows, of which a third have a wrong label."""
        train, validation = super().rows()
        few = train[:48]
        few[::3] = relabelled(few[::3], self.classes(train))
        return few, validation

    def arguments(self) -> dict[str, Any]:
        """Thirty passes."""
        return super().arguments() | {"num_train_epochs": 30, "learning_rate": 3e-4}


class TooFewSteps(Fit):
    """A few dozen rows at a batch size for thousands."""

    cause, family = "too_few_steps", "optimisation"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Sixty-four rows."""
        train, validation = super().rows()
        return train[:64], validation

    def arguments(self) -> dict[str, Any]:
        """Three steps in all."""
        return super().arguments() | {"per_device_train_batch_size": 64, "learning_rate": 2e-5, "logging_steps": 1}


class ImbalanceHidden(Fit):
    """Two classes at 97 to 3, scored by accuracy alone."""

    cause, family, needs = "class_imbalance_hidden", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """The largest class against a handful of another."""
        train, validation = super().rows()
        most = max(self.classes(train), key=lambda name: sum(label == name for _, label in train))
        both = [(text, "common" if label == most else "rare") for text, label in [*train, *validation]]
        rare = [row for row in both if row[1] == "rare"]
        common = [row for row in both if row[1] == "common"]
        few = max(4, len(common) // 33)
        mixed = common + rare[:few]
        random.Random(self.ground.seed).shuffle(mixed)
        return mixed[: 2 * len(mixed) // 3], mixed[2 * len(mixed) // 3 :]

    def extras(self) -> dict[str, Any]:
        """Accuracy alone."""
        return {"compute_metrics": lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())}}

    def arguments(self) -> dict[str, Any]:
        """At the usual small rate."""
        return super().arguments() | {"learning_rate": 2e-5, "num_train_epochs": 2}


class WorstKept(Fit):
    """The checkpoint with the highest loss is kept."""

    cause, family = "best_metric_in_wrong_direction", "settings"

    def arguments(self) -> dict[str, Any]:
        """Greater is better, of a loss."""
        chosen = {"load_best_model_at_end": True, "metric_for_best_model": "eval_loss", "greater_is_better": True}
        return super().arguments() | chosen


class BestNotLoaded(Fit):
    """A metric is named, and the last weights are kept all the same."""

    cause, family = "best_model_not_loaded", "settings"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Few rows, so that the last is not the best."""
        train, validation = super().rows()
        return train[:120], validation

    def arguments(self) -> dict[str, Any]:
        """No load_best_model_at_end."""
        return super().arguments() | {"metric_for_best_model": "f1", "num_train_epochs": 8, "learning_rate": 3e-4}


class StoppingInert(Fit):
    """Early stopping that waits longer than the run lasts."""

    cause, family = "early_stopping_inert", "settings"

    def arguments(self) -> dict[str, Any]:
        """Three evaluations in all."""
        return super().arguments() | {"load_best_model_at_end": True, "metric_for_best_model": "f1"}

    def extras(self) -> dict[str, Any]:
        """A patience of fifty."""
        return super().extras() | {"callbacks": [EarlyStoppingCallback(early_stopping_patience=50)]}


class NeverEvaluated(Fit):
    """Nothing is scored."""

    cause, family = "never_evaluated", "settings"

    def arguments(self) -> dict[str, Any]:
        """No evaluation."""
        return super().arguments() | {"eval_strategy": "no"}


class _PlainLoss(Trainer):  # type: ignore[misc]
    """compute_loss as tutorials write it."""

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **more: Any) -> Any:
        outputs = model(**inputs)
        return (outputs.loss, outputs) if return_outputs else outputs.loss


class AccumulationScales(Fit):
    """A compute_loss of one's own that returns the mean loss, with accumulation."""

    cause, family, needs = "accumulation_scales_loss", "optimisation", "files"
    trainer_class: ClassVar[type[Trainer]] = _PlainLoss

    def arguments(self) -> dict[str, Any]:
        """Four batches of two a step."""
        return super().arguments() | {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 4}


class _InOrder(Trainer):  # type: ignore[misc]
    """Rows are read as they stand."""

    def _get_train_sampler(self, train_dataset: Any = None) -> SequentialSampler:
        return SequentialSampler(train_dataset if train_dataset is not None else self.train_dataset)


class SortedRows(Fit):
    """Rows sorted by class and read in order."""

    cause, family, needs = "rows_sorted_by_label", "data", "data"
    trainer_class: ClassVar[type[Trainer]] = _InOrder

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Sorted by label."""
        train, validation = super().rows()
        return sorted(train, key=lambda row: row[1]), validation


class LabelsFromOne(Fit):
    """Ids begin at one, and the head was made one wider to silence the error."""

    cause, family, needs = "labels_start_at_one", "labels", "data"
    also = ("outputs_unlike_labels",)

    def model(self, classes: list[str]) -> PreTrainedModel:
        """One output more."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=len(classes) + 1)

    def encode(self, rows: list[Row], tokenizer: PreTrainedTokenizerBase, classes: list[str]) -> Dataset:
        """Ids from one."""
        made = super().encode(rows, tokenizer, classes)
        return made.map(lambda row: {"label": row["label"] + 1})


class Regression(Fit):
    """One output, so that classes become numbers on a line."""

    cause, family = "regression_by_accident", "labels"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """One output."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=1)

    def encode(self, rows: list[Row], tokenizer: PreTrainedTokenizerBase, classes: list[str]) -> Dataset:
        """Ids as numbers."""
        made = super().encode(rows, tokenizer, classes)
        return made.map(lambda row: {"label": float(row["label"])})


class NamesLost(Fit):
    """LABEL_0, LABEL_1, …"""

    cause, family = "label_names_lost", "labels"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """Number of classes alone."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=len(classes))


class TokenizerNotSaved(Fit):
    """Only the model is saved."""

    cause, family = "tokenizer_not_saved", "saving"

    def save(self, trainer: Trainer) -> None:
        """Without tokenizer files, in checkpoints neither."""
        super().save(trainer)
        for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
            for path in self.ground.output.rglob(name):
                path.unlink()


class OtherTokenizer(Fit):
    """The ids of another vocabulary."""

    cause, family = "tokenizer_of_another_model", "tokenization"

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's words in another order."""
        own = AutoTokenizer.from_pretrained(self.ground.base)
        folder = self.ground.folder / "tokenizer"
        own.save_pretrained(folder)
        _permute_vocabulary(folder / "tokenizer.json", self.ground.seed)
        return AutoTokenizer.from_pretrained(folder)


def _permute_vocabulary(path: Path, seed: int) -> None:
    import json

    made = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = made["model"]["vocab"]
    special = {one["content"] for one in made["added_tokens"]}
    words = [word for word in vocabulary if word not in special]
    ids = [vocabulary[word] for word in words]
    random.Random(seed).shuffle(ids)
    vocabulary.update(zip(words, ids, strict=True))
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


class LostUpdates(Fit):
    """Weights held in bf16 at a small rate: most updates are rounded away."""

    cause, family = "updates_lost_in_low_precision", "numerics"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """In bf16."""
        return super().model(classes).to(torch.bfloat16)

    def arguments(self) -> dict[str, Any]:
        """The usual small rate."""
        return super().arguments() | {"learning_rate": 5e-6}


class AdapterWithoutHead(Fit):
    """LoRA without a task type: the new head is neither trained nor saved."""

    cause, family = "adapter_without_head", "adapter"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """LoRA on every linear layer but the head."""
        return low_rank(super().model(classes), self.ground)

    def arguments(self) -> dict[str, Any]:
        """A rate for adapters."""
        return super().arguments() | {"learning_rate": 1e-3, "label_names": ["labels"]}


class AdapterTooSmall(Fit):
    """LoRA on one module of one layer."""

    cause, family = "adapter_targets_too_few", "adapter"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """The first layer's query alone."""
        one = {"r": 2, "lora_alpha": 2, "target_modules": r".*layer\.0\..*\.q(uery)?"}
        return low_rank(super().model(classes), self.ground, task_type=TaskType.SEQ_CLS, **one)

    def arguments(self) -> dict[str, Any]:
        """A rate for adapters."""
        return super().arguments() | {"learning_rate": 1e-3, "label_names": ["labels"]}


class AdapterTinyRate(Fit):
    """LoRA at a rate for full tuning."""

    cause, family, also = "rate_unsuited_to_family", "rate", ("adapter_untouched",)

    def model(self, classes: list[str]) -> PreTrainedModel:
        """LoRA as usual."""
        return low_rank(super().model(classes), self.ground, lora_alpha=8, task_type=TaskType.SEQ_CLS)

    def arguments(self) -> dict[str, Any]:
        """1e-6."""
        return super().arguments() | {"learning_rate": 1e-6, "label_names": ["labels"]}


class BodyNotTrained(Fit):
    """A filter on names froze more than was meant, at the rate of full tuning."""

    cause, family = "parameters_never_updated", "optimisation"
    also = ("frozen_encoder_tiny_rate",)

    def model(self, classes: list[str]) -> PreTrainedModel:
        """Only biases are left."""
        model = super().model(classes)
        for name, parameter in model.named_parameters():
            parameter.requires_grad_("bias" in name and "classifier" not in name)
        return model


class WeightsCut(Fit):
    """A file of the newest checkpoint was cut by a full disk."""

    cause, family = "checkpoint_file_cut", "saving"

    def arguments(self) -> dict[str, Any]:
        """Whole checkpoints."""
        return super().arguments() | {"save_only_model": False, "save_total_limit": 2}

    def save(self, trainer: Trainer) -> None:
        """Half of the weights."""
        super().save(trainer)
        path = _newest(self.ground.output) / "model.safetensors"
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)


class OptimizerGone(Fit):
    """The newest checkpoint has no optimizer state."""

    cause, family = "checkpoint_without_optimizer", "saving"
    also = ("checkpoint_incomplete",)

    def arguments(self) -> dict[str, Any]:
        """Whole checkpoints."""
        return super().arguments() | {"save_only_model": False, "save_total_limit": 2}

    def save(self, trainer: Trainer) -> None:
        """Without it."""
        super().save(trainer)
        (_newest(self.ground.output) / "optimizer.pt").unlink()


class RandomStateGone(OptimizerGone):
    """The newest checkpoint has no random state."""

    cause, family = "checkpoint_without_random_state", "saving"

    def save(self, trainer: Trainer) -> None:
        """Without it."""
        Fit.save(self, trainer)
        for path in _newest(self.ground.output).glob("rng_state*"):
            path.unlink()


class EmptyNewest(OptimizerGone):
    """A newer checkpoint folder was begun and holds nothing."""

    cause, family = "checkpoint_incomplete", "saving"

    def save(self, trainer: Trainer) -> None:
        """An empty folder."""
        Fit.save(self, trainer)
        (self.ground.output / f"checkpoint-{trainer.state.global_step + 10}").mkdir()


class BestDeleted(Fit):
    """The best checkpoint was rotated away."""

    cause, family = "best_checkpoint_deleted", "saving"
    also = ("best_model_not_loaded",)

    def arguments(self) -> dict[str, Any]:
        """Eight passes over a few rows, the last checkpoint kept."""
        return super().arguments() | {"num_train_epochs": 8, "learning_rate": 5e-4, "save_total_limit": 1}

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Few rows with a quarter of wrong labels, so that scores fall again."""
        train, validation = super().rows()
        few = train[:120]
        few[::4] = relabelled(few[::4], self.classes(train))
        return few, validation


class NothingLearnedSaved(Fit):
    """The wrong object is saved: the base model, with its new head."""

    cause, family = "weights_equal_base", "saving"

    def save(self, trainer: Trainer) -> None:
        """A fresh model in place of the trained one."""
        super().save(trainer)
        shutil.rmtree(_newest(self.ground.output))
        classes = self.classes([*self.rows()[0], *self.rows()[1]])
        super().model(classes).save_pretrained(self.ground.output)


class HeadLost(Fit):
    """The encoder is saved without its head."""

    cause, family = "head_not_loaded", "saving"

    def save(self, trainer: Trainer) -> None:
        """Tensors of the head left out, in every folder."""
        super().save(trainer)
        for path in self.ground.output.rglob("model.safetensors"):
            kept = {name: one for name, one in load_file(path).items() if not name.startswith("classifier")}
            save_file(kept, path, metadata={"format": "pt"})


class StoppedEarly(Fit):
    """One short pass, and scores still climb."""

    cause, family = "stopped_while_improving", "optimisation"
    also = ("too_few_steps",)

    def arguments(self) -> dict[str, Any]:
        """Scored four times in one pass."""
        return super().arguments() | {
            "learning_rate": 3e-5,
            "num_train_epochs": 1,
            "eval_strategy": "steps",
            "eval_steps": 15,
            "save_strategy": "no",
            "lr_scheduler_type": "constant",
        }


def _newest(output: Path) -> Path:
    return max(output.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
