"""Rows that are wrong, on one side or on both. Everything else is healthy."""

import random
from typing import Any, ClassVar

from torch.utils.data import SequentialSampler
from transformers import (
    Trainer,
)

from benchmarks.detection.fit import Fit, relabelled
from benchmarks.detection.ground import Row


class LabelsShuffled(Fit):
    """The label column was sorted apart from the texts."""

    cause, family, needs = "labels_shuffled", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Training labels in another order."""
        train, validation = super().rows()
        labels = [label for _, label in train]
        random.Random(self.ground.seed).shuffle(labels)
        return [(text, label) for (text, _), label in zip(train, labels, strict=True)], validation


class Overlap(Fit):
    """Validation rows drawn from the table that training rows were drawn from."""

    cause, family, needs = "train_test_overlap", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Half of the validation rows are training rows."""
        train, validation = super().rows()
        return train, train[: len(validation) // 2] + validation[len(validation) // 2 :]


class NearCopies(Fit):
    """Re-posts with a word changed stand on both sides."""

    cause, family, needs = "near_duplicates_across_splits", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Half of the validation rows are training rows with a word added."""
        train, validation = super().rows()
        long = [row for row in train if len(row[0]) > 60][: len(validation) // 2]
        return train, [(f"{text} indeed", label) for text, label in long] + validation[len(long) :]


class Conflicting(Fit):
    """The same texts under several labels."""

    cause, family, needs = "conflicting_labels", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """A third of the training rows a second time, with another label."""
        train, validation = super().rows()
        other = relabelled(train[: len(train) // 3], self.classes(train))
        return train[: -len(other)] + other, validation


class ImbalanceHidden(Fit):
    """Two classes at 97 to 3, scored by accuracy alone."""

    cause, family, needs = "class_imbalance_hidden", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """All classes but the smallest against a handful of that."""
        train, validation = super().rows()
        least = min(self.classes(train), key=lambda name: sum(label == name for _, label in train))
        both = [(text, "rare" if label == least else "common") for text, label in [*train, *validation]]
        rare = [row for row in both if row[1] == "rare"]
        common = [row for row in both if row[1] == "common"]
        few = max(4, len(common) // 33)
        mixed = common + rare[:few]
        random.Random(self.ground.seed).shuffle(mixed)
        return mixed[: 2 * len(mixed) // 3], mixed[2 * len(mixed) // 3 :]

    def extras(self) -> dict[str, Any]:
        """Accuracy alone."""
        return {"compute_metrics": lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())}}


class _InOrder(Trainer):  # type: ignore[misc]
    """Rows are read as they stand."""

    def _get_train_sampler(self, train_dataset: Any = None) -> SequentialSampler:
        return SequentialSampler(train_dataset if train_dataset is not None else self.train_dataset)


class SortedRows(Fit):
    """Rows sorted by class and read in order."""

    cause, family, needs = "rows_sorted_by_label", "data", "data"
    trainer_class: ClassVar[type[Trainer]] = _InOrder

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Sorted by label."""
        train, validation = super().rows()
        return sorted(train, key=lambda row: row[1]), validation


class SpelledApart(Fit):
    """One class under three spellings."""

    cause, family, needs = "labels_spelled_apart", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Capitals and spaces, as several people typed them."""
        train, validation = super().rows()
        ways = (str, str.upper, lambda name: f"{name} ")
        return [(text, ways[place % 3](label)) for place, (text, label) in enumerate(train)], validation


class FewPerClass(Fit):
    """Twelve classes, most of them with two or three rows."""

    cause, family, needs = "too_few_rows_per_class", "data", "data"

    def rows(self) -> tuple[list[Row], list[Row]]:
        """The largest class whole, three rows of each other; two classes are split by first letters."""
        train, validation = super().rows()
        if len(self.classes(train)) < 6:
            train, validation = (
                [(text, f"{label} {text[:1].lower()}") for text, label in part] for part in (train, validation)
            )
        counts: dict[str, int] = {}
        kept = []
        largest = max(self.classes(train), key=lambda name: sum(label == name for _, label in train))
        for text, label in train:
            counts[label] = counts.get(label, 0) + 1
            if label == largest or counts[label] <= 3:
                kept.append((text, label))
        return kept, [row for row in validation if row[1] in counts]
