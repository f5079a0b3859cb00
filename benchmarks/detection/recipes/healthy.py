"""Healthy runs that tempt a watcher to cry out: each is unusual in one way, and nothing is wrong with it."""

import random
from typing import Any, ClassVar

import torch
from peft import TaskType
from transformers import EarlyStoppingCallback, PreTrainedModel, Trainer

from benchmarks.detection.fit import Fit, frozen, low_rank
from benchmarks.detection.ground import Row
from benchmarks.detection.recipes.instruction import Instruct
from benchmarks.detection.recipes.summaries import Summarize


class Healthy(Fit):
    """As usual."""


class HealthySlowStart(Fit):
    """A small rate that climbs for half of a longer run."""

    def arguments(self) -> dict[str, Any]:
        """Half of six passes is warmup."""
        return super().arguments() | {"learning_rate": 5e-5, "num_train_epochs": 6, "warmup_steps": 0.5}


class HealthyTinySet(Fit):
    """Sixty rows, and passes enough."""

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Sixty rows of the four largest classes."""
        train, validation = super().rows()
        kept = sorted({label for _, label in train}, key=lambda name: -sum(label == name for _, label in train))[:4]
        few = [row for row in train if row[1] in kept][:60]
        return few, [row for row in validation if row[1] in kept]

    def arguments(self) -> dict[str, Any]:
        """Fifteen passes."""
        return (
            super().arguments()
            | {"num_train_epochs": 15, "eval_strategy": "steps", "eval_steps": 40}
            | {"save_strategy": "no"}
        )


class HealthyNoisyScores(Fit):
    """Scores on a few rows, often, so that they jump."""

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Thirty validation rows."""
        train, validation = super().rows()
        return train, validation[:30]

    def arguments(self) -> dict[str, Any]:
        """Every ten steps."""
        return super().arguments() | {"eval_strategy": "steps", "eval_steps": 10, "save_strategy": "no"}


class HealthyHighRate(Fit):
    """A high rate with warmup that does well."""

    def arguments(self) -> dict[str, Any]:
        """3e-4."""
        return super().arguments() | {"learning_rate": 3e-4}


class HealthyRestarts(Fit):
    """Cosine with restarts: the loss rises at each."""

    def arguments(self) -> dict[str, Any]:
        """Three cycles in four passes."""
        schedule = {"lr_scheduler_type": "cosine_with_restarts", "lr_scheduler_kwargs": {"num_cycles": 3}}
        return super().arguments() | schedule | {"num_train_epochs": 4, "learning_rate": 2e-4}


class _Weighted(Trainer):  # type: ignore[misc]
    """Classes weighted by inverse frequency; a step is one batch, so that its mean is that of the step."""

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None, **more: Any
    ) -> Any:
        labels = inputs.pop("labels")
        outputs = model(**inputs)
        weights = torch.tensor([0.55, 5.0])
        loss = torch.nn.functional.cross_entropy(outputs.logits, labels, weight=weights)
        return (loss, outputs) if return_outputs else loss


class HealthyImbalance(Fit):
    """One class in ten rows, weighted, and scored by macro-F1."""

    trainer_class: ClassVar[type[Trainer]] = _Weighted

    def rows(self) -> tuple[list[Row], list[Row]]:
        """The smallest class, thinned to a tenth, against the others."""
        train, validation = super().rows()
        least = min({label for _, label in train}, key=lambda name: sum(label == name for _, label in train))
        parts = []
        for part in (train, validation):
            common = [(text, "common") for text, label in part if label != least]
            rare = [(text, "rare") for text, label in part if label == least][: max(3, len(common) // 9)]
            mixed = common + rare
            random.Random(self.ground.seed).shuffle(mixed)
            parts.append(mixed)
        return parts[0], parts[1]

    def arguments(self) -> dict[str, Any]:
        """Five passes; the best by macro-F1 is kept."""
        chosen = {"load_best_model_at_end": True, "metric_for_best_model": "f1", "num_train_epochs": 5}
        return super().arguments() | chosen


class HealthyLongWarmup(Fit):
    """Warmup of 120 steps in a run of 360."""

    def arguments(self) -> dict[str, Any]:
        """Six passes."""
        return super().arguments() | {"warmup_steps": 120, "num_train_epochs": 6}


class HealthyLabelSmoothing(Fit):
    """A loss that cannot fall to zero."""

    def arguments(self) -> dict[str, Any]:
        """0.2."""
        return super().arguments() | {"label_smoothing_factor": 0.2}


class HealthyMixedLengths(Fit):
    """Long and short texts, batched by length."""

    max_length: ClassVar[int] = 128

    def arguments(self) -> dict[str, Any]:
        """Batches of like lengths."""
        return super().arguments() | {"train_sampling_strategy": "group_by_length"}


class HealthyAdapter(Fit):
    """LoRA as it should be."""

    def model(self, classes: list[str]) -> PreTrainedModel:
        """With its task type."""
        return low_rank(super().model(classes), self.ground, task_type=TaskType.SEQ_CLS)

    def arguments(self) -> dict[str, Any]:
        """A rate for adapters."""
        return super().arguments() | {"learning_rate": 2e-3, "label_names": ["labels"], "num_train_epochs": 4}


class HealthyResumed(Fit):
    """Stopped after the second pass and resumed."""

    def arguments(self) -> dict[str, Any]:
        """Whole checkpoints."""
        return super().arguments() | {"save_only_model": False, "save_total_limit": 2}

    def train(self, trainer: Trainer) -> None:
        """In two goes."""
        from transformers import TrainerCallback

        class Stop(TrainerCallback):  # type: ignore[misc]
            def on_epoch_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
                control.should_training_stop = state.epoch >= 2 and state.epoch < 2.5

        stop = Stop()
        trainer.add_callback(stop)
        trainer.train()
        trainer.remove_callback(stop)
        trainer.train(resume_from_checkpoint=True)


class HealthyFrozen(Fit):
    """The encoder frozen, the head at a rate for heads."""

    def model(self, classes: list[str]) -> PreTrainedModel:
        """The encoder frozen."""
        return frozen(super().model(classes))

    def arguments(self) -> dict[str, Any]:
        """1e-2."""
        return super().arguments() | {"learning_rate": 1e-2, "num_train_epochs": 5}


class HealthyAccumulation(Fit):
    """Accumulation, and Trainer is told that this model does not divide its loss by the items of a whole step."""

    def arguments(self) -> dict[str, Any]:
        """Four batches of two a step."""
        return super().arguments() | {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 4}

    def train(self, trainer: Trainer) -> None:
        """The forward of BERT takes the number of items, and Trainer believes that it is used."""
        trainer.model_accepts_loss_kwargs = False
        super().train(trainer)


class HealthyConstantRate(Fit):
    """No schedule."""

    def arguments(self) -> dict[str, Any]:
        """Constant."""
        return super().arguments() | {"lr_scheduler_type": "constant", "warmup_steps": 0, "num_train_epochs": 5}


class HealthyAdafactor(Fit):
    """Another optimiser."""

    def arguments(self) -> dict[str, Any]:
        """Adafactor."""
        return super().arguments() | {"optim": "adafactor"}


class HealthyBrainFloat(Fit):
    """bf16 autocast, weights in fp32."""

    def arguments(self) -> dict[str, Any]:
        """bf16."""
        return super().arguments() | {"bf16": True}


class HealthyEarlyStopping(Fit):
    """Stopped by its own rule, the best loaded."""

    def arguments(self) -> dict[str, Any]:
        """At most ten passes."""
        chosen = {"load_best_model_at_end": True, "metric_for_best_model": "f1", "num_train_epochs": 10}
        return super().arguments() | chosen | {"learning_rate": 2e-4}

    def extras(self) -> dict[str, Any]:
        """A patience of two."""
        return super().extras() | {"callbacks": [EarlyStoppingCallback(early_stopping_patience=2)]}


class HealthySmallBatches(Fit):
    """Two rows a step: a noisy loss."""

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Half of the rows."""
        train, validation = super().rows()
        return train[:240], validation

    def arguments(self) -> dict[str, Any]:
        """Two rows, every step logged."""
        return super().arguments() | {"per_device_train_batch_size": 2, "logging_steps": 1, "learning_rate": 5e-5}


class HealthyRareLogging(Fit):
    """A log line every sixty steps."""

    def arguments(self) -> dict[str, Any]:
        """Three lines in all."""
        return super().arguments() | {"logging_steps": 60}


class HealthyCosine(Fit):
    """A cosine to zero over a longer run."""

    def arguments(self) -> dict[str, Any]:
        """Cosine."""
        return super().arguments() | {"lr_scheduler_type": "cosine", "num_train_epochs": 4}


class HealthyNoDecay(Fit):
    """No weight decay, no clipping to speak of."""

    def arguments(self) -> dict[str, Any]:
        """Both off."""
        return super().arguments() | {"weight_decay": 0.0, "max_grad_norm": 100.0}


class HealthyInstruct(Instruct):
    """Instruction tuning with TRL as it should be."""


class HealthyInstructAdapter(Instruct):
    """The same with LoRA."""

    adapter: ClassVar[bool] = True


class HealthyInstructPacked(Instruct):
    """Packed with attention that respects borders."""

    def arguments(self) -> dict[str, Any]:
        """Packed, all tokens learned, as many steps as without."""
        packed = {"packing": True, "assistant_only_loss": False, "max_length": 256, "num_train_epochs": 16}
        return super().arguments() | packed


class HealthySummaries(Summarize):
    """An encoder-decoder as it should be."""
