"""What the pretrained model is, read from its files by `models/`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A pretrained model before training.

    Attributes:
        id: hub id or folder, as the user gave it.
        architecture: Transformers model type, such as "bert".
        parameters: number of weights, the new head not counted; None where only a config was read.
        layers: transformer layers.
        hidden_size: width of a token state.
        vocabulary: rows of the embedding table.
        usable_positions: longest input in tokens; for RoBERTa-like models less than the config says.
        trained_tokens: length that the checkpoint's own files recommend (sentence-transformers), or None.
        pooling: how the classifier makes one vector of a text: as the checkpoint was trained, where its architecture
            can do that in a plain Transformers model.
        native_bf16: whether this processor multiplies bf16 in hardware.
        license: SPDX id or name as the model's own card states it; empty where it does not.
        trained_pooling: what the checkpoint's own files say of its pooling (sentence-transformers), or None.
    """

    id: str
    architecture: str
    parameters: int | None
    layers: int
    hidden_size: int
    vocabulary: int
    usable_positions: int
    trained_tokens: int | None
    pooling: Literal["cls", "mean"]
    native_bf16: bool = False
    trained_pooling: Literal["cls", "mean"] | None = None
    license: str = ""
