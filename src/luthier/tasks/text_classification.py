"""Text classification: one text, one of two or more classes."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch
from torch import Tensor
from torch.nn import functional

from luthier.errors import InputError
from luthier.facts.plan import Plan
from luthier.models.load import Classifier, load_classifier
from luthier.models.tokenizer import TextTokenizer
from luthier.tasks._contract import Classes, Encoded

ROLES = {"text": ("text", "sentence", "content", "review"), "label": ("label", "labels", "target", "class")}


def encode(table: pa.Table, tokenizer: TextTokenizer, plan: Plan, classes: Classes) -> Encoded:
    """Tokenize the texts and number the labels.

    Raises:
        InputError: a label is not among the classes.
    """
    length = plan.model.max_tokens
    ids, offsets = tokenizer.ids(table["text"].to_pylist(), length)
    if "label" not in table.column_names:
        return Encoded(ids, offsets, np.full(len(offsets) - 1, -1, dtype=np.int64), length)
    number = {name: index for index, name in enumerate(classes)}
    labels = table["label"].to_pylist()
    unknown = next((i for i, label in enumerate(labels) if label not in number), None)
    if unknown is not None:
        raise InputError(
            f"label {labels[unknown]!r} is not among the {len(classes)} classes of the training rows",
            where=f"{table['file'][unknown].as_py()}, line {table['line'][unknown].as_py()}",
            next_step="correct the label, or add training rows of this class",
        )
    return Encoded(ids, offsets, np.array([number[label] for label in labels], dtype=np.int64), length)


def build(folder: Path, plan: Plan, classes: Classes) -> Classifier:
    """The pretrained encoder with a new linear head."""
    return load_classifier(folder, classes, plan.model.pooling)


def loss(logits: Tensor, targets: Tensor, plan: Plan, weights: Tensor | None) -> Tensor:
    """Mean cross-entropy of a batch.

    Args:
        logits: (batch, classes).
        targets: class numbers, (batch,).
        plan: label smoothing is read from it.
        weights: (classes,) or None.

    For two classes the cross-entropy of two logits is the binary cross-entropy of their difference.
    """
    return functional.cross_entropy(logits.float(), targets, weight=weights, label_smoothing=plan.train.label_smoothing)


def decode(logits: Tensor) -> npt.NDArray[np.float64]:
    """Probabilities, (rows, classes), in float64 so that they sum to one closely."""
    probabilities: npt.NDArray[np.float64] = torch.softmax(logits.double(), dim=-1).numpy()
    return probabilities
