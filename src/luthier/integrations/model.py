"""A model in memory as the facts that are otherwise read from its files: config, tensors, adapter."""

import json
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import torch

from luthier.errors import ModelError
from luthier.facts.arguments import Plain
from luthier.facts.model import ModelFacts
from luthier.facts.saved import AdapterFacts, SavedConfig, WeightFacts
from luthier.integrations.opened import base_of
from luthier.integrations.optional import need
from luthier.integrations.origin import folder_of, name_of
from luthier.models.load import native_bf16
from luthier.models.safety import read_json
from luthier.stages.diagnose.home import plain
from luthier.stages.diagnose.readers.config import CONFIG
from luthier.stages.diagnose.readers.heads import expected_head, is_embedding, is_head
from luthier.stages.diagnose.translated import model_facts

_TYPES = {
    torch.float32: "F32",
    torch.float64: "F64",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int8: "I8",
    torch.uint8: "U8",
}


def config_of(model: Any) -> SavedConfig:
    """The configs of a model as they would be saved, and that of the model it was loaded from, where that is here."""
    base = base_of(model)
    config = _plain(json.loads(base.config.to_json_string())) if hasattr(base, "config") else {}
    config["architectures"] = (type(base).__name__,)
    config.setdefault("_name_or_path", name_of(model))
    generation = getattr(base, "generation_config", None)
    return SavedConfig(
        folder="",
        model=config,
        generation=_plain(generation.to_diff_dict()) if generation is not None else {},
        base=_loaded_from(str(config["_name_or_path"])),
    )


def _loaded_from(name: str) -> dict[str, Plain]:
    """config.json of what a model was loaded from; empty where it is not on this machine."""
    folder = folder_of(name)
    try:
        content = read_json(folder / CONFIG) if folder is not None and (folder / CONFIG).is_file() else {}
    except ModelError:
        return {}
    return _plain(content) if isinstance(content, dict) else {}


def _plain(values: Mapping[str, object]) -> dict[str, Plain]:
    return {str(name): plain(value) for name, value in values.items()}


def weights_of(model: Any) -> WeightFacts:
    """The weights of a model before training. Adapter weights are among them, under the names of the wrapped model."""
    base = base_of(model)
    named = dict(sorted(base.named_parameters()))
    head = tuple(name for name in named if is_head(name))
    tied = getattr(getattr(base, "config", None), "tie_word_embeddings", None)
    return WeightFacts(
        files=(),
        tensors={name: tuple(parameter.shape) for name, parameter in named.items()},
        types=_counted(named.values()),
        not_finite=tuple(name for name, parameter in named.items() if not _finite(parameter)),
        empty=tuple(name for name, parameter in named.items() if not parameter.numel()),
        head=head,
        expected_head=expected_head(type(base).__name__, tied),
        embedding_rows=_embedding_rows(base),
        learning=tuple(name for name, parameter in named.items() if parameter.requires_grad),
        learning_types=_counted(parameter for parameter in named.values() if parameter.requires_grad),
        fresh_head=_fresh([named[name] for name in head if name.endswith("bias")]),
    )


def _counted(parameters: Iterable[torch.Tensor]) -> dict[str, int]:
    """Storage type to number of weights."""
    types = Counter[str]()
    for parameter in parameters:
        types[_TYPES.get(parameter.dtype, str(parameter.dtype).removeprefix("torch."))] += parameter.numel()
    return dict(types)


def _fresh(biases: list[torch.Tensor]) -> bool | None:
    return not any(bool(one.any()) for one in biases) if biases else None


def _finite(parameter: torch.Tensor) -> bool:
    return not parameter.is_floating_point() or bool(torch.isfinite(parameter).all())


def _embedding_rows(base: Any) -> int | None:
    table = base.get_input_embeddings() if hasattr(base, "get_input_embeddings") else None
    shape = getattr(getattr(table, "weight", None), "shape", None)
    return int(shape[0]) if shape else None


def adapter_of(model: Any) -> AdapterFacts | None:
    """The PEFT adapter of a model, as it would be saved; None where the model has none."""
    configs = getattr(model, "peft_config", None)
    if not isinstance(configs, Mapping) or not configs:
        return None
    active = str(getattr(model, "active_adapter", None) or next(iter(configs)))
    config = configs.get(active, next(iter(configs.values())))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what PEFT says of a resized table it says again when it saves
        tensors = dict(sorted(need("peft").get_peft_model_state_dict(model, adapter_name=active).items()))
    bases = [name for name in (_base_module(name) for name, _ in base_of(model).named_parameters()) if name]
    return AdapterFacts(
        folder="",
        config=_plain({name: _listed(value) for name, value in config.to_dict().items()}),
        tensors={name: tuple(tensor.shape) for name, tensor in tensors.items()},
        not_finite=tuple(name for name, tensor in tensors.items() if not _finite(tensor)),
        pairs=sum(".lora_B" in name for name in tensors),
        matched=len(tensors),
        base_modules=tuple(dict.fromkeys(bases)),
        head=tuple(name for name in tensors if is_head(name.removeprefix("base_model.model."))),
        embeddings=tuple(name for name in tensors if is_embedding(name)),
        base_rows=_rows(_loaded_from(name_of(model))),
    )


def _rows(config: Mapping[str, Plain]) -> int | None:
    rows = config.get("vocab_size")
    return rows if isinstance(rows, int) else None


def _listed(value: object) -> object:
    """Sets as sorted lists, enumerations as their values: as PEFT writes them."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    return getattr(value, "value", value)


def _base_module(name: str) -> str:
    """The module of the base model that a weight of the wrapped model belongs to; empty for an adapter's own."""
    if any(part.startswith(("lora_", "modules_to_save", "trainable_tokens")) for part in name.split(".")):
        return ""
    return name.rpartition(".")[0].replace(".base_layer", "").replace(".original_module", "")


def facts_of(model: Any, config: SavedConfig, weights: WeightFacts) -> ModelFacts | None:
    """Depth, width, length; None where the config does not say."""
    found = model_facts(config)
    if found is None:
        return None
    own = sum(parameter.numel() for name, parameter in base_of(model).named_parameters() if name not in weights.head)
    rows = weights.embedding_rows or found.vocabulary
    return replace(found, parameters=own, vocabulary=rows, native_bf16=native_bf16())
