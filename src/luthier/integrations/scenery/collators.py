"""Collators that spoil the batches of a classifier."""

from typing import Any

import torch
from transformers import DataCollatorWithPadding

from luthier.integrations.scenery.options import Wanted

OPTIONS = frozenset(("one_text", "mask_dropped", "label_in_text"))
"""Options of a classifier's batches.

- `one_text`: 1 writes one and the same word over every place of every row;
- `mask_dropped`: 1 leaves the attention mask out of the batch;
- `label_in_text`: 1 writes a token for the label over the first word.
"""


class Spoiling(DataCollatorWithPadding):  # type: ignore[misc]
    """Pads, then does to the batch what the options ask for.

    Args:
        tokenizer: pads.
        wanted: the options.
    """

    def __init__(self, tokenizer: Any, wanted: Wanted) -> None:
        super().__init__(tokenizer)
        self._wanted = wanted

    def __call__(self, features: list[dict[str, Any]]) -> Any:
        """Collate."""
        batch = super().__call__(features)
        if self._wanted.on("one_text"):
            batch["input_ids"] = torch.full_like(batch["input_ids"], len(self.tokenizer) - 1)
            batch["attention_mask"] = torch.ones_like(batch["attention_mask"])
        if self._wanted.on("label_in_text"):
            batch["input_ids"][:, 1] = len(self.tokenizer) - 1 - batch["labels"]
        if self._wanted.on("mask_dropped"):
            del batch["attention_mask"]
        return batch


def of_classifier(tokenizer: Any, wanted: Wanted) -> Any:
    """The collator of the tutorials, or one that spoils."""
    spoils = any(wanted.on(option) for option in OPTIONS)
    return Spoiling(tokenizer, wanted) if spoils else DataCollatorWithPadding(tokenizer)
