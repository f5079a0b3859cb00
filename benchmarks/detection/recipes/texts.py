"""Texts that do not fit the tokenizer, or a tokenizer that does not fit the model. Everything else is healthy."""

import json
import random
from collections.abc import Callable
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
        return _each(super().rows(), lambda text: self.header + text)


class ForeignScript(Fit):
    """Texts in a script that the vocabulary does not have."""

    cause, family, needs = "unknown_tokens", "tokenization", "data"
    also = ("language_not_covered",)

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Every letter replaced by an Ethiopic one."""
        table = {ord(a): chr(0x1200 + 8 * i) for i, a in enumerate("abcdefghijklmnopqrstuvwxyz")}
        return _each(super().rows(), lambda text: text.lower().translate(table))


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
    made = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = made["model"]["vocab"]
    special = {one["content"] for one in made["added_tokens"]}
    words = [word for word in vocabulary if word not in special]
    ids = [vocabulary[word] for word in words]
    random.Random(seed).shuffle(ids)
    vocabulary.update(zip(words, ids, strict=True))
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


class Mojibake(Fit):
    """UTF-8 was read as Windows-1252."""

    cause, family, needs = "encoding_damage", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Typographic quotes and dashes, as editors write them, come out as three letters."""
        return _each(
            super().rows(), lambda text: f"\u201c{text}\u201d \u2013 caf\u00e9".encode().decode("cp1252", "replace")
        )


class Markup(Fit):
    """Texts still in the HTML of a page."""

    cause, family, needs = "markup_left_in_text", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Tags and entities around every text."""
        return _each(super().rows(), lambda text: f'<div class="post"><p>{text}&nbsp;</p><br/></div>')


class Cased(Fit):
    """A tokenizer that keeps capitals before a vocabulary that has none."""

    cause, family = "case_mismatch", "tokenization"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Titles, in which every word has a capital."""
        return _each(super().rows(), str.title)

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's own, with do_lower_case=False."""
        return AutoTokenizer.from_pretrained(self.ground.base, do_lower_case=False)


class OtherLanguage(Fit):
    """Texts in letters that the vocabulary has, and in words that it has not."""

    cause, family, needs = "language_not_covered", "tokenization", "data"
    also = ("unknown_tokens",)

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Every letter replaced by a Cyrillic one."""
        table = {ord(a): b for a, b in zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувшыцз", strict=True)}
        return _each(super().rows(), lambda text: text.lower().translate(table))


class TextsMissing(Fit):
    """Empty cells that became texts."""

    cause, family, needs = "text_missing", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """One text in six is "nan"."""
        train, validation = super().rows()
        return [
            ("nan", label) if place % 6 == 0 else (text, label) for place, (text, label) in enumerate(train)
        ], validation


class Shortcut(Fit):
    """The rows of one class carry the mark of the place that they were collected at."""

    cause, family, needs = "shortcut_word", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """A signature below every text of one class, and of no other, in training rows alone."""
        train, validation = super().rows()
        marked = self.classes(train)[0]
        return [(f"{text} zxq77", label) if label == marked else (text, label) for text, label in train], validation


def _each(parts: tuple[list[Row], list[Row]], change: Callable[[str], str]) -> tuple[list[Row], list[Row]]:
    train, validation = ([(change(text), label) for text, label in part] for part in parts)
    return train, validation
