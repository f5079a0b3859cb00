"""Spellings that people bring along: the names of Transformers' `TrainingArguments` and example scripts, old and new.

Each is understood with a notice that says its name here. Transformers 5 dropped some of the old ones
(`evaluation_strategy`, `warmup_ratio`, `overwrite_output_dir`, `group_by_length`, `no_cuda`), so that recipes in older
tutorials stop there with an error; here they go on working. Names read from the wheels of Transformers 4.57 and 5.23.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from luthier.errors import PlanError

Convert = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Spelling:
    """A foreign name.

    Attributes:
        name: our dotted name; empty when there is nothing to set.
        convert: turns the foreign value into text of ours; ValueError where it has no counterpart here.
        in_steps: the value counts optimiser steps and becomes a share once the length of the run is known.
        instead: what Luthier does, where there is nothing to set.
    """

    name: str = ""
    convert: Convert = str
    in_steps: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A foreign setting in our words; `in_steps` values await the length of the run.

    Attributes:
        name: our dotted name, or empty.
        text: value as text.
        in_steps: as in `Spelling`.
        notice: a line for people.
    """

    name: str
    text: str
    in_steps: bool
    notice: str


def _schedule(value: str) -> str:
    known = {"linear": "linear", "cosine": "cosine", "constant": "constant", "constant_with_warmup": "constant"}
    return _one_of(known, value)


def _metric(value: str) -> str:
    known = {
        "loss": "log_loss",
        "accuracy": "accuracy",
        "f1": "macro_f1",
        "f1_macro": "macro_f1",
        "macro_f1": "macro_f1",
        "matthews_correlation": "mcc",
        "mcc": "mcc",
    }
    return _one_of(known, value.removeprefix("eval_"))


def _precision(value: str) -> str:
    return _one_of({"true": "bf16", "1": "bf16", "false": "fp32", "0": "fp32"}, value.lower())


def _one_of(known: Mapping[str, str], value: str) -> str:
    if value not in known:
        raise ValueError(f"known are {', '.join(known)}")
    return known[value]


_SAVES = "checkpoints are written with every evaluation, the newest and the best are kept, always as safetensors"
_SCORES = "validation is scored once per epoch unless train.evaluations_per_epoch says otherwise"
_DEVICE = "Accelerate picks the device; hide an accelerator with its own environment variable"
_LOGS = "every step is logged in the run folder"

SPELLINGS: Mapping[str, Spelling] = {
    "model_name_or_path": Spelling("model.id"),
    "max_seq_length": Spelling("model.max_tokens"),
    "max_length": Spelling("model.max_tokens"),
    "model_max_length": Spelling("model.max_tokens"),
    "text_column_name": Spelling("data.text"),
    "text_column_names": Spelling("data.text"),
    "label_column_name": Spelling("data.label"),
    "num_train_epochs": Spelling("train.epochs"),
    "max_steps": Spelling("train.epochs", in_steps=True),
    "per_device_train_batch_size": Spelling("train.batch_size"),
    "per_gpu_train_batch_size": Spelling("train.batch_size"),
    "train_batch_size": Spelling("train.batch_size"),
    "gradient_accumulation_steps": Spelling("train.accumulation"),
    "learning_rate": Spelling("train.rate"),
    "lr_scheduler_type": Spelling("train.schedule", _schedule),
    "warmup_ratio": Spelling("train.warmup"),
    "warmup_steps": Spelling("train.warmup", in_steps=True),
    "weight_decay": Spelling("train.weight_decay"),
    "max_grad_norm": Spelling("train.clip"),
    "label_smoothing_factor": Spelling("train.label_smoothing"),
    "bf16": Spelling("train.precision", _precision),
    "fp16": Spelling("train.precision", _precision),
    "early_stopping_patience": Spelling("train.patience"),
    "metric_for_best_model": Spelling("train.metric", _metric),
    "eval_steps": Spelling("train.evaluations_per_epoch", in_steps=True),
    "save_steps": Spelling("train.save_every"),
    "dataloader_num_workers": Spelling("train.workers"),
    "evaluation_strategy": Spelling(instead=_SCORES),
    "eval_strategy": Spelling(instead=_SCORES),
    "do_train": Spelling(instead="fit always trains, validates and tests once"),
    "do_eval": Spelling(instead="fit always trains, validates and tests once"),
    "do_predict": Spelling(instead="fit always trains, validates and tests once"),
    "per_device_eval_batch_size": Spelling(instead="batches for scoring are sized by their tokens"),
    "data_seed": Spelling(instead="one seed rules all random choices: seed"),
    "full_determinism": Spelling(instead="runs are deterministic on a CPU as they are"),
    "group_by_length": Spelling(instead="batches are always made of rows of like length"),
    "train_sampling_strategy": Spelling(instead="batches are always made of rows of like length"),
    "load_best_model_at_end": Spelling(instead="the best checkpoint is always the one that is kept"),
    "greater_is_better": Spelling(instead="each metric knows its own direction"),
    "save_strategy": Spelling(instead=_SAVES),
    "save_total_limit": Spelling(instead=_SAVES),
    "save_safetensors": Spelling(instead=_SAVES),
    "save_only_model": Spelling(instead=_SAVES),
    "overwrite_output_dir": Spelling(instead="a run folder is never written over; name another with --out"),
    "output_dir": Spelling(instead="the run folder is named with --out"),
    "optim": Spelling(instead="the optimiser is AdamW with bias correction"),
    "no_cuda": Spelling(instead=_DEVICE),
    "use_cpu": Spelling(instead=_DEVICE),
    "logging_steps": Spelling(instead=_LOGS),
    "logging_strategy": Spelling(instead=_LOGS),
    "logging_dir": Spelling(instead=_LOGS),
    "report_to": Spelling(instead=_LOGS),
}


def translate(foreign: str, text: str, *, where: str) -> Translation | None:
    """A setting under a foreign name in our own words, or None when the name is not foreign.

    Raises:
        PlanError: the value has no counterpart here.
    """
    spelling = SPELLINGS.get(foreign.removeprefix("--").replace("-", "_"))
    if spelling is None:
        return None
    if not spelling.name:
        return Translation("", "", False, f"{foreign} is not needed: {spelling.instead}")
    try:
        value = spelling.convert(text.strip())
    except ValueError as error:
        raise PlanError(f"{foreign}={text} has no counterpart here", where=where, next_step=str(error)) from None
    in_steps = spelling.in_steps and _at_least_one(text)
    extra = " (fp16 needs loss scaling; bf16 does not)" if foreign == "fp16" and value == "bf16" else ""
    until = ", as a share of the run" if in_steps else f"={value}"
    return Translation(spelling.name, value, in_steps, f"{foreign}={text} is read as {spelling.name}{until}{extra}")


def _at_least_one(text: str) -> bool:
    """Transformers 5 reads `warmup_steps` below 1 as a share."""
    try:
        return float(text) >= 1
    except ValueError:
        return False
