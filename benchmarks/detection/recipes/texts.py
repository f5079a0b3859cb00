"""Texts that do not fit the tokenizer, or a tokenizer that does not fit the model. Everything else is healthy."""

import random
from pathlib import Path
from typing import ClassVar

from transformers import (
    AutoTokenizer,
    PreTrainedTokenizerBase,
)

from benchmarks.detection.fit import Fit
from benchmarks.detection.ground import Row


class CutAway(Fit):
    """Six tokens of each text are kept, two of them special."""

    cause, family, needs = "text_truncated_away", "tokenization", "data"
    max_length: ClassVar[int] = 6


class SameHeader(Fit):
    """A letterhead fills what is kept of each text."""

    cause, family, needs = "rows_identical_after_truncation", "tokenization", "data"
    max_length: ClassVar[int] = 32
    header = (
        "This message and any attachment are confidential and intended solely for the addressee. If you are not the "
        "intended recipient please delete it at once and inform the sender by return. "
    )

    def rows(self) -> tuple[list[Row], list[Row]]:
        """The letterhead before every text."""
        return tuple([(self.header + text, label) for text, label in part] for part in super().rows())  # type: ignore[return-value]


class ForeignScript(Fit):
    """Texts in a script that the vocabulary does not have."""

    cause, family, needs = "unknown_tokens", "tokenization", "data"
    also = ("language_not_covered",)

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Every letter replaced by an Ethiopic one."""
        table = {ord(a): chr(0x1200 + 8 * i) for i, a in enumerate("abcdefghijklmnopqrstuvwxyz")}
        return tuple([(text.lower().translate(table), label) for text, label in part] for part in super().rows())  # type: ignore[return-value]


class OtherTokenizer(Fit):
    """The ids of another vocabulary."""

    cause, family = "tokenizer_of_another_model", "tokenization"

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's words in another order."""
        own = AutoTokenizer.from_pretrained(self.ground.base)
        folder = self.ground.folder / "tokenizer"
        own.save_pretrained(folder)
        _permute_vocabulary(folder / "tokenizer.json", self.ground.seed)
        return AutoTokenizer.from_pretrained(folder)


def _permute_vocabulary(path: Path, seed: int) -> None:
    import json

    made = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = made["model"]["vocab"]
    special = {one["content"] for one in made["added_tokens"]}
    words = [word for word in vocabulary if word not in special]
    ids = [vocabulary[word] for word in words]
    random.Random(seed).shuffle(ids)
    vocabulary.update(zip(words, ids, strict=True))
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
