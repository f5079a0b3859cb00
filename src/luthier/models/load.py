"""The only door to pretrained weights: a folder or hub id to a classifier, safely.

Nothing from a checkpoint is executed. Weights must be safetensors; a config that asks for code (`auto_map`,
`trust_remote_code`, at any depth) is refused before anything is loaded (CVE-2026-5241: a config could switch remote
code on).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
from safetensors import SafetensorError, safe_open
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel
from transformers import logging as transformers_logging
from transformers.models.auto.modeling_auto import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES

from luthier.errors import ModelError
from luthier.facts.model import ModelFacts
from luthier.models.heads import average_tokens, can_average

Classifier = PreTrainedModel
_WANTED = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "1_Pooling/config.json"]
_CODE_KEYS = {"auto_map", "trust_remote_code", "custom_pipelines"}

transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()


def locate(model_id: str) -> Path:
    """Folder of a model: the folder itself, or the hub's files in the local cache (downloaded when not there).

    Raises:
        ModelError: there is no such folder or id, or the files are not safe to load.
    """
    folder = Path(model_id)
    if not folder.is_dir():
        folder = _download(model_id)
    _refuse_unsafe(folder)
    return folder


def _download(model_id: str) -> Path:
    try:
        return Path(snapshot_download(model_id, allow_patterns=_WANTED))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(
            f"no model '{model_id}': it is not a folder here, and the hub did not give it ({type(error).__name__})",
            where="--model",
            next_step="name a folder that holds config.json and model.safetensors, or a hub id; "
            "offline, download it first where there is a network",
        ) from error


def _refuse_unsafe(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise ModelError(
            "no config.json in this folder", where=str(folder), next_step="name the folder of a Transformers model"
        )
    for path in sorted(folder.glob("*.json")):
        found = _code_key(_read_json(path))
        if found:
            raise ModelError(
                f"this model needs code of its own ({found}); Luthier runs no code from a checkpoint",
                where=str(path),
                next_step="choose a model that Transformers supports itself",
            )
    if not any(folder.glob("*.safetensors")):
        others = sorted(p.name for p in folder.iterdir() if p.suffix in {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5"})
        raise ModelError(
            f"no safetensors weights{f', only {others[0]}, which can run code when it is loaded' if others else ''}",
            where=str(folder),
            next_step="convert the weights to safetensors where you trust them, or choose another model",
        )
    for path in sorted(folder.glob("*.safetensors")):
        _refuse_broken(path)


def _refuse_broken(path: Path) -> None:
    try:
        with safe_open(path, framework="pt") as weights:
            weights.keys()
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"these weights cannot be read: {error}", where=str(path), next_step="fetch the file again"
        ) from error


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(f"not JSON: {error}", where=str(path), next_step="fetch the file again") from error


def _code_key(value: object) -> str:
    """First key, at any depth, that would make Transformers run code; empty when there is none."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _CODE_KEYS and inner:
                return str(key)
            found = _code_key(inner)
            if found:
                return found
    elif isinstance(value, list):
        return next(filter(None, map(_code_key, value)), "")
    return ""


def facts(model_id: str, folder: Path) -> ModelFacts:
    """What the files say about a model, without loading its weights.

    Raises:
        ModelError: the architecture has no text classifier in Transformers.
    """
    config = _config(folder)
    positions = int(getattr(config, "max_position_embeddings", 0) or 0) or 512
    padding_offset = 2 if config.model_type in {"roberta", "xlm-roberta", "camembert", "mpnet", "longformer"} else 0
    return ModelFacts(
        id=model_id,
        architecture=config.model_type,
        parameters=_count_weights(folder),
        layers=int(config.num_hidden_layers),
        hidden_size=int(config.hidden_size),
        vocabulary=int(config.vocab_size),
        usable_positions=positions - padding_offset,
        trained_tokens=_trained_tokens(folder),
        pooling=_pooling(folder) if can_average(config.model_type) else "cls",
        native_bf16=native_bf16(),
    )


def native_bf16() -> bool:
    """Whether this machine multiplies bf16 in hardware; elsewhere it is emulated and slower than fp32."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _config(folder: Path) -> AutoConfig:
    try:
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise ModelError(
            f"Transformers does not know this model: {str(error).splitlines()[0]}",
            where=str(folder / "config.json"),
            next_step="choose another model, or update transformers",
        ) from error
    if config.model_type not in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES:
        raise ModelError(
            f"a {config.model_type} model has no text classifier in Transformers",
            where=str(folder),
            next_step="choose an encoder such as sentence-transformers/all-MiniLM-L6-v2",
        )
    return config


def _count_weights(folder: Path) -> int:
    total = 0
    for path in folder.glob("*.safetensors"):
        with safe_open(path, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118  (not a dict)
                size = 1
                for extent in weights.get_slice(name).get_shape():
                    size *= extent
                total += size
    return total


def _pooling(folder: Path) -> Literal["cls", "mean"]:
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return "cls"
    config = _read_json(path)
    mean = isinstance(config, dict) and (
        config.get("pooling_mode_mean_tokens") is True or config.get("pooling_mode") == "mean"
    )
    return "mean" if mean else "cls"


def _trained_tokens(folder: Path) -> int | None:
    path = folder / "sentence_bert_config.json"
    if not path.is_file():
        return None
    config = _read_json(path)
    length = config.get("max_seq_length") if isinstance(config, dict) else None
    return length if isinstance(length, int) else None


def load_classifier(folder: Path, classes: Sequence[str], pooling: str) -> PreTrainedModel:
    """A pretrained encoder with a new linear head for these classes, in fp32.

    Args:
        folder: from `locate`.
        classes: label names in id order; written into the config.
        pooling: "cls", or "mean" where `can_average` says yes.

    Returns:
        A Transformers sequence classifier. With mean pooling its last encoder layer is a `PoolingHead`.
    """
    names = dict(enumerate(classes))
    try:
        model = AutoModelForSequenceClassification.from_pretrained(
            folder,
            num_labels=len(classes),
            id2label=names,
            label2id={name: index for index, name in names.items()},
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,
        )
    except (ValueError, OSError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"the model cannot be loaded: {str(error).splitlines()[0]}", where=str(folder), next_step="choose another"
        ) from error
    model.config.problem_type = "single_label_classification"
    return average_tokens(model) if pooling == "mean" else model


def load_saved(folder: Path) -> PreTrainedModel:
    """A fine-tuned classifier, as anyone would load it with Transformers, in evaluation mode."""
    _refuse_unsafe(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, use_safetensors=True, trust_remote_code=False)
    return model.eval()
