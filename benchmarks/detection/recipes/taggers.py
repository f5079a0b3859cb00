"""Taggers: find the words that are numbers or names in texts. Everything that a class does not say is healthy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from datasets import Dataset
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)

from benchmarks.detection.fit import Recipe

TAGS = ["O", "B-NUM", "B-NAME", "I-NAME"]
_WORDS = 24


class Tag(Recipe):
    """A healthy tagger: numbers, and names, which are words with a capital that do not begin a sentence."""

    @property
    def base(self) -> Path | None:
        """The pretrained encoder."""
        return self.ground.base

    def rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Words and tags."""
        train, validation = self.ground.rows()
        return [_tagged(text) for text, _ in train], [_tagged(text) for text, _ in validation]

    def encode(self, rows: list[dict[str, Any]], tokenizer: PreTrainedTokenizerBase) -> Dataset:
        """The first piece of a word carries its tag."""
        made = tokenizer([row["words"] for row in rows], is_split_into_words=True, truncation=True, max_length=80)
        labels = []
        for place, row in enumerate(rows):
            words = made.word_ids(place)
            labels.append([self.label(row, words, piece) for piece in range(len(words))])
        return Dataset.from_dict({**made, "labels": labels})

    def label(self, row: dict[str, Any], words: list[int | None], piece: int) -> int:
        """Of one piece; -100 for pieces that go on with a word."""
        word = words[piece]
        if word is None or (piece and words[piece - 1] == word):
            return -100
        return TAGS.index(row["tags"][word])

    def model(self) -> PreTrainedModel:
        """Pretrained, with a new head."""
        names = dict(enumerate(TAGS))
        return AutoModelForTokenClassification.from_pretrained(
            self.ground.base, id2label=names, label2id={name: place for place, name in names.items()}
        )

    def arguments(self) -> dict[str, Any]:
        """Settings of TrainingArguments."""
        return super().arguments() | {"learning_rate": 2e-4, "per_device_eval_batch_size": 64}

    def metrics(self) -> Callable[[Any], dict[str, float]]:
        """F1 of words that are no "O", and accuracy."""

        def score(predicted: Any) -> dict[str, float]:
            guess, gold = np.asarray(predicted.predictions).argmax(-1), np.asarray(predicted.label_ids)
            real = gold >= 0
            hits = float(((guess == gold) & (gold > 0)).sum())
            asked = float((gold > 0).sum() + ((guess > 0) & real).sum())
            return {"f1": 2 * hits / max(1.0, asked), "accuracy": float((guess == gold)[real].mean())}

        return score

    def run(self) -> None:
        """Train and save."""
        train, validation = self.rows()
        self.write_lines(train, validation)
        set_seed(self.ground.seed)
        tokenizer = AutoTokenizer.from_pretrained(self.ground.base)
        trainer = Trainer(
            model=self.model(),
            args=TrainingArguments(str(self.ground.output), **self.arguments()),
            train_dataset=self.encode(train, tokenizer),
            eval_dataset=self.encode(validation, tokenizer),
            data_collator=DataCollatorForTokenClassification(tokenizer),
            processing_class=tokenizer,
            compute_metrics=self.metrics(),
        )
        trainer.train()
        self.save(trainer)


def _tagged(text: str) -> dict[str, Any]:
    words = text.split()[:_WORDS] or ["empty"]
    tags = []
    for place, word in enumerate(words):
        if any(letter.isdigit() for letter in word):
            tags.append("B-NUM")
        elif place and word[:1].isupper() and not words[place - 1].endswith((".", "!", "?")):
            tags.append("I-NAME" if tags[-1].endswith("NAME") else "B-NAME")
        else:
            tags.append("O")
    return {"words": words, "tags": tags}


class HealthyTagger(Tag):
    """As it should be."""


class TagsCopied(Tag):
    """Every piece of a word carries the tag of the word, "B-" and all."""

    cause, family, needs = "subword_labels_copied", "supervision", "batches"

    def label(self, row: dict[str, Any], words: list[int | None], piece: int) -> int:
        """The word's tag, whatever the piece."""
        word = words[piece]
        return -100 if word is None else TAGS.index(row["tags"][word])


class NothingFound(Tag):
    """Too little training: every word is "O", and accuracy is high."""

    cause, family = "all_outside_entities", "evaluation"
    also: ClassVar[tuple[str, ...]] = ("too_few_steps", "rate_unsuited_to_family")

    def arguments(self) -> dict[str, Any]:
        """One pass at a tiny rate."""
        return super().arguments() | {"learning_rate": 4e-6, "num_train_epochs": 2}
