"""The only door to pretrained weights: the folder of a model to a classifier, safely.

`locate` finds the folder and refuses what could run code; here a model is refused whose weights do not fit its config,
and every exception of the libraries is translated.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel
from transformers import logging as transformers_logging
from transformers.models.auto.modeling_auto import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES

from luthier.errors import ModelError
from luthier.facts.model import ModelFacts
from luthier.models.foreign import translated
from luthier.models.heads import average_tokens, can_average
from luthier.models.parts import parts
from luthier.models.safety import Shapes, read_json, refuse_unsafe, weight_shapes
from luthier.models.stated import license_of

Classifier = PreTrainedModel
# Their position table begins after the padding id; Transformers' configs count these rows as positions.
_OFFSET_POSITIONS = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer", "data2vec-text", "ibert", "xmod"}
)
_AGAIN = "fetch the model again, or choose another"
_EXAMPLE = "choose an encoder such as sentence-transformers/all-MiniLM-L6-v2"

transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()


def facts(model_id: str, folder: Path) -> ModelFacts:
    """What the files say about a model, without loading its weights.

    Raises:
        ModelError: the architecture is no encoder with a text classifier in Transformers, or config and weights differ.
    """
    config, weights = _fitting_config(folder)
    positions = int(getattr(config, "max_position_embeddings", 0) or 0) or 512
    offset = (config.pad_token_id or 0) + 1 if config.model_type in _OFFSET_POSITIONS else 0
    trained_pooling = _pooling(folder)
    return ModelFacts(
        id=model_id,
        architecture=config.model_type,
        parameters=weights,
        layers=config.num_hidden_layers,
        hidden_size=config.hidden_size,
        vocabulary=config.vocab_size,
        usable_positions=positions - offset,
        trained_tokens=_trained_tokens(folder),
        pooling="mean" if trained_pooling == "mean" and can_average(config.model_type) else "cls",
        trained_pooling=trained_pooling,
        native_bf16=native_bf16(),
        license=license_of(folder),
    )


def native_bf16() -> bool:
    """Whether this machine multiplies bf16 in hardware; elsewhere it is emulated and slower than fp32."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _fitting_config(folder: Path) -> tuple[Any, int]:
    """The config, and the number of weights in the files, when both describe the same model.

    The model is built without memory and its shapes are compared with the headers of the files, so that a wrong config
    is named before it takes all memory or draws weights at random.
    """
    where = folder / "config.json"
    with translated("Transformers does not know this model", where, "choose another model, or update transformers"):
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
    if config.model_type not in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES:
        raise ModelError(
            f"a {config.model_type} model has no text classifier in Transformers", where=str(where), next_step=_EXAMPLE
        )
    shapes = weight_shapes(folder)
    held = sum(_size(shape) for shape in shapes.values())
    _refuse_sizes(config, shapes, held, where)
    _refuse_misfit(_skeleton(config, where), shapes, held, where)
    return config, held


def _refuse_sizes(config: Any, shapes: Shapes, held: int, where: Path) -> None:
    sizes = {"num_hidden_layers": len(shapes), "num_attention_heads": held, "hidden_size": held, "vocab_size": held}
    for name, most in sizes.items():
        value = getattr(config, name, None)
        if type(value) is not int or not 1 <= value <= most:
            raise ModelError(
                f"{name} is {value!r}, which does not fit the {held:,} weights in {len(shapes)} tensors beside it",
                where=str(where),
                next_step=_AGAIN,
            )


def _skeleton(config: Any, where: Path) -> PreTrainedModel:
    """The classifier without memory for its weights."""
    with translated("no model can be built from this config", where, _AGAIN), torch.device("meta"):
        model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager")
    try:
        parts(model)
    except ModelError as error:
        raise ModelError(error.what, where=str(where), next_step=error.next_step) from error
    return model


def _size(shape: Iterable[int]) -> int:
    size = 1
    for extent in shape:
        size *= extent
    return size


def _refuse_misfit(model: PreTrainedModel, shapes: Shapes, held: int, where: Path) -> None:
    wanted = 0
    for name, weight in model.base_model.named_parameters():
        wanted += weight.numel()
        full = f"{model.base_model_prefix}.{name}"
        found = shapes.get(full, shapes.get(name))
        if found is not None and found != tuple(weight.shape):
            raise ModelError(
                f"{full} has the shape {found} in the weights and {tuple(weight.shape)} by the config",
                where=str(where),
                next_step=_AGAIN,
            )
    if wanted > 2 * held:
        raise ModelError(
            f"the config describes {wanted:,} weights, and the files hold {held:,}",
            where=str(where),
            next_step=_AGAIN,
        )


def _pooling(folder: Path) -> Literal["cls", "mean"] | None:
    path = folder / "1_Pooling" / "config.json"
    config = read_json(path) if path.is_file() else None
    if not isinstance(config, dict):
        return None
    mean = config.get("pooling_mode_mean_tokens") is True or config.get("pooling_mode") == "mean"
    return "mean" if mean else "cls"


def _trained_tokens(folder: Path) -> int | None:
    path = folder / "sentence_bert_config.json"
    config = read_json(path) if path.is_file() else None
    length = config.get("max_seq_length") if isinstance(config, dict) else None
    return length if isinstance(length, int) and length > 0 else None


def load_classifier(folder: Path, classes: Sequence[str], pooling: str) -> PreTrainedModel:
    """A pretrained encoder with a new linear head for these classes, in fp32.

    Args:
        folder: from `locate`.
        classes: label names in id order; written into the config.
        pooling: "cls", or "mean" where `can_average` says yes.

    Returns:
        A Transformers sequence classifier. With mean pooling its last encoder layer is a `PoolingHead`.

    Raises:
        ModelError: the weights are incomplete, do not fit the config or are not finite.
    """
    config, _ = _fitting_config(folder)
    names = dict(enumerate(classes))
    config.num_labels = len(classes)
    config.id2label, config.label2id = names, {name: index for index, name in names.items()}
    config.problem_type = "single_label_classification"
    model, report = _load(folder, config)
    body = f"{model.base_model_prefix}."
    lost = sorted(n for n in report["missing_keys"] if n.startswith(body) and not n.startswith(f"{body}pooler."))
    _refuse_incomplete(folder, lost)
    return average_tokens(model) if pooling == "mean" else model


def load_saved(folder: Path) -> PreTrainedModel:
    """A fine-tuned classifier, as anyone would load it with Transformers, in evaluation mode.

    Raises:
        ModelError: the files are not safe, incomplete, do not fit the config or are not finite.
    """
    refuse_unsafe(folder)
    config, _ = _fitting_config(folder)
    model, report = _load(folder, config)
    _refuse_incomplete(folder, sorted({*report["missing_keys"], *(key[0] for key in report["mismatched_keys"])}))
    return model.eval()


def _load(folder: Path, config: Any) -> tuple[PreTrainedModel, dict[str, Any]]:
    with translated("the model cannot be loaded", folder, _AGAIN):
        model, report = AutoModelForSequenceClassification.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
    for name, weight in model.named_parameters():
        if not bool(torch.isfinite(weight).all()):
            raise ModelError(
                f"the weight {name} holds values that are not finite",
                where=str(folder),
                next_step=_AGAIN,
            )
    return model, report


def _refuse_incomplete(folder: Path, lost: Sequence[str]) -> None:
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise ModelError(
            f"the files lack {lost[0]}{more}; they would be drawn at random",
            where=str(folder),
            next_step=_AGAIN,
        )
