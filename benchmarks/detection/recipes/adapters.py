"""LoRA that goes wrong. Everything else is healthy."""

from typing import Any

from peft import TaskType
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel, Trainer

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


class AdapterFrozen(Fit):
    """Whoever merged or loaded the adapter left it frozen: only the head learns."""

    cause, family, also = "adapter_untouched", "adapter", ("parameters_never_updated",)

    def model(self, classes: list[str]) -> PreTrainedModel:
        """LoRA without a gradient."""
        model = low_rank(super().model(classes), self.ground, task_type=TaskType.SEQ_CLS)
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.requires_grad_(False)
        return model

    def arguments(self) -> dict[str, Any]:
        """A rate for adapters."""
        return super().arguments() | {"learning_rate": 1e-3, "label_names": ["labels"]}


class AdapterRenamed(Fit):
    """The adapter was saved out of a wrapper, under names that no model has."""

    cause, family = "adapter_keys_unmatched", "adapter"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """LoRA as usual."""
        return low_rank(super().model(classes), self.ground, task_type=TaskType.SEQ_CLS)

    def arguments(self) -> dict[str, Any]:
        """A rate for adapters."""
        return super().arguments() | {"learning_rate": 1e-3, "label_names": ["labels"]}

    def save(self, trainer: Trainer) -> None:
        """Every tensor behind "module."."""
        super().save(trainer)
        for path in self.ground.output.rglob("adapter_model.safetensors"):
            named = {
                name.replace("base_model.model.", "module.base_model.model."): one
                for name, one in load_file(path).items()
            }
            save_file(named, path, metadata={"format": "pt"})


class ModulesMisnamed(Fit):
    """modules_to_save names a module that another model has."""

    cause, family = "modules_to_save_ignored", "adapter"
    also = ("adapter_without_head",)

    def model(self, classes: list[str]) -> PreTrainedModel:
        """Its head is called "classifier", not "score"."""
        return low_rank(super().model(classes), self.ground, modules_to_save=["score"])

    def arguments(self) -> dict[str, Any]:
        """A rate for adapters."""
        return super().arguments() | {"learning_rate": 1e-3, "label_names": ["labels"]}
