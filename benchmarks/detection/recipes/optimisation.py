"""Rates, steps and losses that are wrong. Everything else is healthy."""

from typing import Any, ClassVar

import torch
from transformers import (
    PreTrainedModel,
    Trainer,
    TrainerCallback,
    get_linear_schedule_with_warmup,
)

from benchmarks.detection.fit import Fit, frozen, relabelled
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

    cause, family, needs = "rate_never_arrives", "rate", "log"

    def arguments(self) -> dict[str, Any]:
        """Longer than the run."""
        return super().arguments() | {"warmup_steps": 10_000}


class RateZero(Fit):
    """A rate that a configuration file turned into zero."""

    cause, family, needs = "rate_never_arrives", "rate", "log"

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

    cause, family, needs = "loss_not_finite", "numerics", "log"
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


class LostUpdates(Fit):
    """Weights held in bf16 at a small rate: most updates are rounded away."""

    cause, family = "updates_lost_in_low_precision", "numerics"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """In bf16."""
        return super().model(classes).to(torch.bfloat16)

    def arguments(self) -> dict[str, Any]:
        """The usual small rate."""
        return super().arguments() | {"learning_rate": 5e-6}


class Overfitting(Fit):
    """A few rows, seen again and again."""

    cause, family, needs = "overfitting", "optimisation", "log"

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

    cause, family, needs = "too_few_steps", "optimisation", "log"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Sixty-four rows."""
        train, validation = super().rows()
        return train[:64], validation

    def arguments(self) -> dict[str, Any]:
        """Three steps in all."""
        return super().arguments() | {"per_device_train_batch_size": 64, "learning_rate": 2e-5, "logging_steps": 1}


class StoppedEarly(Fit):
    """One short pass, and scores still climb."""

    cause, family, needs = "stopped_while_improving", "optimisation", "log"
    also = ("too_few_steps",)

    def arguments(self) -> dict[str, Any]:
        """Scored five times in one pass."""
        return super().arguments() | {
            "learning_rate": 1e-4,
            "num_train_epochs": 1,
            "eval_strategy": "steps",
            "eval_steps": 8,
            "save_strategy": "no",
            "lr_scheduler_type": "constant",
        }


class _PlainLoss(Trainer):  # type: ignore[misc]
    """compute_loss as tutorials write it."""

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **more: Any) -> Any:
        outputs = model(**inputs)
        return (outputs.loss, outputs) if return_outputs else outputs.loss


class AccumulationScales(Fit):
    """A compute_loss of one's own that returns the mean loss, with accumulation."""

    cause, family = "accumulation_scales_loss", "optimisation"
    trainer_class: ClassVar[type[Trainer]] = _PlainLoss

    def arguments(self) -> dict[str, Any]:
        """Four batches of two a step."""
        return super().arguments() | {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 4}


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


class SmoothingLost(Fit):
    """Label smoothing is set, and a loss of one's own takes no notice of it."""

    cause, family = "label_smoothing_inert", "settings"
    trainer_class: ClassVar[type[Trainer]] = _PlainLoss

    def arguments(self) -> dict[str, Any]:
        """0.1, and passes enough to come below what smoothing leaves."""
        return super().arguments() | {"label_smoothing_factor": 0.1, "num_train_epochs": 8, "learning_rate": 2e-4}


class ResumedOtherwise(Fit):
    """Resumed with more passes: the rate climbs again."""

    cause, family = "resume_changes_schedule", "settings"

    def arguments(self) -> dict[str, Any]:
        """Whole checkpoints."""
        return super().arguments() | {"save_only_model": False, "num_train_epochs": 2}

    def train(self, trainer: Trainer) -> None:
        """Two passes to the end of the schedule, then four more at a higher rate."""
        trainer.train()
        trainer.args.num_train_epochs, trainer.args.learning_rate = 6, 2e-4
        trainer.create_optimizer_and_scheduler(num_training_steps=6 * len(trainer.get_train_dataloader()))
        trainer.train(resume_from_checkpoint=True)


class ScheduleTooShort(Fit):
    """A schedule made by hand for half of the steps."""

    cause, family, needs = "rate_runs_out", "rate", "log"

    def train(self, trainer: Trainer) -> None:
        """The steps of a third of the run."""
        steps = len(trainer.get_train_dataloader())
        trainer.create_optimizer()
        trainer.lr_scheduler = get_linear_schedule_with_warmup(trainer.optimizer, steps // 10, steps)
        trainer.train()


class NaNAtOnce(Fit):
    """Inputs that overflow from the first step on."""

    cause, family, needs = "loss_not_finite", "numerics", "log"
    also = ("weights_not_finite",)

    def extras(self) -> dict[str, Any]:
        """A weight breaks after the first step."""
        return super().extras() | {"callbacks": [_BreaksWeight(1)]}
