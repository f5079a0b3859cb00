"""What the labels of a batch are: class ids, tags, the next token, …; and how wide the model's answer is."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from luthier.facts.census import Kind
from luthier.integrations.opened import base_of

IGNORED = -100
"""Label that every loss of Transformers leaves out (torch's default `ignore_index`)."""

_BY_CLASS: tuple[tuple[str, Kind], ...] = (
    ("ForTokenClassification", "tags"),
    ("ForQuestionAnswering", "span"),
    ("ForMultipleChoice", "classes"),
    ("ForMaskedLM", "masked_token"),
    ("ForConditionalGeneration", "sequence_to_sequence"),
    ("ForCausalLM", "next_token"),
    ("LMHeadModel", "next_token"),
)


def kind_of(model: Any, tensors: Mapping[str, Tensor]) -> Kind:
    """By the class of the model where it names a task, else by the shape of the labels.

    A classifier's labels are truth values where they have two axes, a number where its head is one wide, and class ids
    otherwise: the rule of Transformers' own losses, apart from the type of the labels, which may be the fault.
    """
    if "start_positions" in tensors:
        return "span"
    labels = tensors.get("labels")
    if labels is None:
        return "none"
    base = base_of(model)
    name = type(base).__name__
    named = next((kind for ending, kind in _BY_CLASS if name.endswith(ending)), None)
    if named is not None and not (named == "sequence_to_sequence" and not _has_decoder(base)):
        return named
    ids = tensors.get("input_ids")
    if name.endswith("ForSequenceClassification") or ids is None or labels.shape != ids.shape:
        return _of_classifier(base, labels)
    if _has_decoder(base):
        return "sequence_to_sequence"
    return "next_token" if float((labels == ids).float().mean()) > 0.5 else "tags"


def _has_decoder(model: Any) -> bool:
    return bool(getattr(getattr(model, "config", None), "is_encoder_decoder", False))


def _of_classifier(model: Any, labels: Tensor) -> Kind:
    if labels.dim() > 1 and labels.shape[-1] > 1:
        return "sequence_to_sequence" if _has_decoder(model) else "multilabel"
    return "number" if getattr(getattr(model, "config", None), "num_labels", 0) == 1 else "classes"


def outputs_of(model: Any, kind: Kind, tensors: Mapping[str, Tensor]) -> int:
    """Width of the answer: classes, rows of the vocabulary, 1 for a number, 2 for a span, choices of a row."""
    base = base_of(model)
    config = getattr(base, "config", None)
    if kind == "span":
        return 2
    if kind in ("next_token", "masked_token", "sequence_to_sequence"):
        head = base.get_output_embeddings() if hasattr(base, "get_output_embeddings") else None
        width = getattr(getattr(head, "weight", None), "shape", (0,))[0]
        return int(width or getattr(config, "vocab_size", 0) or 0)
    if type(base).__name__.endswith("ForMultipleChoice"):
        return int(tensors["input_ids"].shape[1])
    return int(getattr(config, "num_labels", 0) or 0)


def type_of(labels: Tensor | None) -> str:
    """ "int", "float" or "bool"; empty without labels."""
    if labels is None:
        return ""
    if str(labels.dtype) == "torch.bool":
        return "bool"
    return "float" if labels.is_floating_point() else "int"
