"""What a healthy run of another tool leaves behind, as values; `scenes/folder.py` writes it down.

Names, keys and layout are those that Transformers 5.24, TRL 1.16 and PEFT 0.21.2 wrote when we let them train such tiny
models. The weights are drawn from a seed: the models know nothing, but their files are like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from luthier.facts.arguments import Plain
from luthier.facts.finding import Number

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]
Shapes = Mapping[str, tuple[int, ...]]
VERSION = "5.24.0"
_SPREAD = 0.02
_MOVED = 0.004


@dataclass(frozen=True, slots=True)
class Template:
    """A healthy run.

    Attributes:
        arguments: settings, under the names of TrainingArguments or SFTConfig.
        log: options of `scenes/logs.py`.
        config, generation, adapter: content of the files of that name; empty where there is none.
        tokenizer: tokenizer_config.json.
        vocabulary: text of tokenizer.json.
        chat_template: text of chat_template.jinja; empty where there is none.
        base_config: config.json of the base model.
        base: its weights.
        fresh: name to shape of the weights that the base lacks: a head, or the pairs of an adapter.
        kept: whether the base's weights stay as they are and only the fresh ones are saved, as of an adapter.
    """

    arguments: dict[str, Plain]
    log: dict[str, Number]
    tokenizer: dict[str, Plain]
    vocabulary: str
    base_config: dict[str, Plain]
    base: Weights
    config: dict[str, Plain] = field(default_factory=dict)
    generation: dict[str, Plain] = field(default_factory=dict)
    adapter: dict[str, Plain] = field(default_factory=dict)
    chat_template: str = ""
    fresh: Shapes = field(default_factory=dict)
    kept: bool = False

    def weights(self, step: int) -> Weights:
        """What was saved after a step: every weight has moved a little from where it began, and goes on moving."""
        drawn = np.random.default_rng(1)
        begun = {**({} if self.kept else self.base), **draw(self.fresh, seed=2)}
        moved = {name: _MOVED * drawn.standard_normal(weight.shape) for name, weight in begun.items()}
        return {name: (weight + (1 + 1e-3 * step) * moved[name]).astype(np.float32) for name, weight in begun.items()}


def draw(shapes: Shapes, seed: int) -> Weights:
    """Weights of a fresh model: norms are ones, biases zeros, the rest is normal with the usual spread of 0.02."""
    drawn = np.random.default_rng(seed)
    return {name: _fresh(name, shape, drawn) for name, shape in shapes.items()}


def _fresh(name: str, shape: tuple[int, ...], drawn: np.random.Generator) -> Array:
    if name.endswith("bias"):
        return np.zeros(shape, np.float32)
    if len(shape) == 1:
        return np.ones(shape, np.float32)
    return (_SPREAD * drawn.standard_normal(shape)).astype(np.float32)


ARGUMENTS: dict[str, Plain] = {
    "output_dir": "out",
    "per_device_train_batch_size": 16,
    "per_device_eval_batch_size": 8,
    "gradient_accumulation_steps": 1,
    "average_tokens_across_devices": True,
    "num_train_epochs": 5,
    "max_steps": -1,
    "learning_rate": 5e-5,
    "lr_scheduler_type": "linear",
    "warmup_steps": 0.1,
    "optim": "adamw_torch_fused",
    "weight_decay": 0.01,
    "adam_beta1": 0.9,
    "adam_beta2": 0.999,
    "adam_epsilon": 1e-8,
    "max_grad_norm": 1.0,
    "label_smoothing_factor": 0.0,
    "bf16": False,
    "fp16": False,
    "gradient_checkpointing": False,
    "auto_find_batch_size": False,
    "logging_strategy": "steps",
    "logging_steps": 10,
    "logging_first_step": False,
    "logging_nan_inf_filter": True,
    "eval_strategy": "epoch",
    "prediction_loss_only": False,
    "save_strategy": "epoch",
    "save_total_limit": 2,
    "save_only_model": False,
    "load_best_model_at_end": True,
    "metric_for_best_model": "loss",
    "greater_is_better": False,
    "ignore_data_skip": False,
    "full_determinism": False,
    "seed": 42,
    "dataloader_drop_last": False,
    "dataloader_num_workers": 0,
    "remove_unused_columns": True,
    "train_sampling_strategy": "random",
    "do_train": False,
    "do_eval": True,
    "do_predict": False,
}
"""Settings of all healthy runs; values that are not named are Transformers' own."""

SFT: dict[str, Plain] = {
    "bf16": True,
    "gradient_checkpointing": True,
    "dataset_text_field": "text",
    "max_length": 256,
    "truncation_mode": "keep_start",
    "shuffle_dataset": False,
    "packing": False,
    "packing_strategy": "bfd",
    "padding_free": False,
    "assistant_only_loss": True,
    "loss_type": "nll",
    "activation_offloading": False,
}
"""What TRL's SFTConfig has besides, or otherwise."""
