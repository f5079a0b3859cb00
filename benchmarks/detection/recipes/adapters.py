"""LoRA that goes wrong. Everything else is healthy."""

from typing import Any

from peft import TaskType
from transformers import (
    PreTrainedModel,
)

from benchmarks.detection.fit import Fit, low_rank


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
