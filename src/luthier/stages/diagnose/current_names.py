"""Names of settings as Transformers has them today, whatever they were called when and where the run was made.

Read from the sources of Transformers 4.0 to 5.24 and TRL 0.4 to 1.16 (what `TrainingArguments` and `SFTConfig`
deprecated), and from the documentation of Axolotl, LLaMA-Factory and Lightning.
"""

from collections.abc import Mapping

from luthier.facts.arguments import Plain, Tool

Values = dict[str, Plain]

RENAMED: Mapping[str, str] = {
    "evaluation_strategy": "eval_strategy",
    "evaluate_during_training": "do_eval",
    "per_gpu_train_batch_size": "per_device_train_batch_size",
    "per_gpu_eval_batch_size": "per_device_eval_batch_size",
    "no_cuda": "use_cpu",
    "push_to_hub_model_id": "hub_model_id",
    "xpu_backend": "ddp_backend",
    "use_liger": "use_liger_kernel",
    "max_seq_length": "max_length",
}
"""Transformers and TRL, old to current."""

_AXOLOTL: Mapping[str, str] = {
    "base_model": "model_name_or_path",
    "micro_batch_size": "per_device_train_batch_size",
    "eval_batch_size": "per_device_eval_batch_size",
    "num_epochs": "num_train_epochs",
    "lr_scheduler": "lr_scheduler_type",
    "optimizer": "optim",
    "sequence_len": "max_length",
    "sample_packing": "packing",
}
_LLAMA_FACTORY: Mapping[str, str] = {"cutoff_len": "max_length"}
_LOOSE: Mapping[str, str] = {
    "lr": "learning_rate",
    "batch_size": "per_device_train_batch_size",
    "train_batch_size": "per_device_train_batch_size",
    "eval_batch_size": "per_device_eval_batch_size",
    "epochs": "num_train_epochs",
    "num_epochs": "num_train_epochs",
    "max_epochs": "num_train_epochs",
    "accumulate_grad_batches": "gradient_accumulation_steps",
    "gradient_clip_val": "max_grad_norm",
    "wd": "weight_decay",
    "model_name": "model_name_or_path",
}
_STRATEGIES = ("eval_strategy", "save_strategy", "logging_strategy")
_ESSENTIAL = frozenset({"learning_rate", "num_train_epochs", "max_steps", "per_device_train_batch_size"})
_TRL = frozenset({"dataset_text_field", "assistant_only_loss", "completion_only_loss", "max_prompt_length"})


def current(values: Mapping[str, Plain]) -> Values:
    """The settings under today's names; a setting under both keeps the value under the current one.

    `warmup_ratio` becomes `warmup_steps` below 1, as Transformers 5 has it, unless steps are counted too, which won.
    """
    known = _renamed(dict(values), RENAMED)
    ratio, steps = known.get("warmup_ratio"), known.get("warmup_steps")
    if isinstance(ratio, int | float) and not isinstance(ratio, bool) and 0 <= ratio < 1:
        del known["warmup_ratio"]
        known["warmup_steps"] = steps or ratio
    if known.pop("group_by_length", False) is True:
        known["train_sampling_strategy"] = "group_by_length"
    if known.pop("adafactor", False) is True:
        known["optim"] = "adafactor"
    for end in ("", "_kwargs"):
        _mirror(known, f"activation_checkpointing{end}", f"gradient_checkpointing{end}")
    return known | {name: "no" for name in _STRATEGIES if known.get(name) is False}


def of_any_tool(values: Mapping[str, Plain]) -> tuple[Values, str, Tool] | None:
    """Settings that some tool wrote as YAML or JSON, under today's names of Transformers.

    Returns:
        The settings, what they are called ("Axolotl config", or empty), and whose words they were; None where these
        are no settings of a training.
    """
    if {"base_model", "micro_batch_size"} <= values.keys() or {"base_model", "sequence_len"} <= values.keys():
        known, kind, tool = current(_renamed(dict(values), _AXOLOTL)), "Axolotl config", "unknown"
    elif "finetuning_type" in values or "cutoff_len" in values:
        known, kind, tool = current(_renamed(dict(values), _LLAMA_FACTORY)), "LLaMA-Factory config", "unknown"
    else:
        known = current(values)
        kind, tool = "", tool_of("", known)
        if tool == "unknown":
            known = current(_renamed(dict(values), _LOOSE))
    return (known, kind, tool) if _ESSENTIAL & known.keys() else None  # type: ignore[return-value]


def tool_of(name: str, values: Mapping[str, Plain]) -> Tool:
    """Whose settings these are, from the class that held them ("trl.trainer.sft_config.SFTConfig") and their names."""
    if name.startswith("trl."):
        return "trl"
    if name.startswith("transformers."):
        return "transformers"
    if "per_device_train_batch_size" not in values and "num_train_epochs" not in values:
        return "unknown"
    return "trl" if _TRL & values.keys() else "transformers"


def _renamed(known: Values, names: Mapping[str, str]) -> Values:
    for old, new in names.items():
        if old in known:
            value = known.pop(old)
            if value is not None and known.get(new) is None:
                known[new] = value
    return known


def _mirror(known: Values, one: str, other: str) -> None:
    """Two names of one setting, of which one may be missing: both have the value."""
    value = known.get(one) if known.get(one) is not None else known.get(other)
    if value is not None:
        known[one] = known[other] = value
