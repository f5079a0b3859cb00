"""Labels and heads that do not fit each other. Everything else is healthy."""

from pathlib import Path
from typing import Any

from datasets import Dataset
from transformers import (
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from benchmarks.detection.fit import Fit
from benchmarks.detection.ground import Row


class LabelsFromOne(Fit):
    """Ids begin at one, and the head was made one wider to silence the error."""

    cause, family, needs = "labels_start_at_one", "labels", "data"
    also = ("outputs_unlike_labels",)

    def model(self, classes: list[str]) -> PreTrainedModel:
        """One output more."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=len(classes) + 1)

    def encode(self, rows: list[Row], tokenizer: PreTrainedTokenizerBase, classes: list[str]) -> Dataset:
        """Ids from one."""
        made = super().encode(rows, tokenizer, classes)
        return made.map(lambda row: {"label": row["label"] + 1})


class Regression(Fit):
    """One output, so that classes become numbers on a line."""

    cause, family = "regression_by_accident", "labels"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """One output."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=1)

    def encode(self, rows: list[Row], tokenizer: PreTrainedTokenizerBase, classes: list[str]) -> Dataset:
        """Ids as numbers."""
        made = super().encode(rows, tokenizer, classes)
        return made.map(lambda row: {"label": float(row["label"])})


class NamesLost(Fit):
    """LABEL_0, LABEL_1, …"""

    cause, family, needs = "label_names_lost", "labels", "data"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """Number of classes alone."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=len(classes))


class FarTooWide(Fit):
    """A head for thirty classes, copied from another data set."""

    cause, family, needs = "outputs_unlike_labels", "labels", "data"
    also = ("labels_start_at_one",)

    def model(self, classes: list[str]) -> PreTrainedModel:
        """Thirty outputs."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=30)


class IdsOfTwoOrders(Fit):
    """Training and validation rows number their classes by the order in which they come."""

    cause, family = "labels_permuted", "labels"
    also = ("label_order_unstable",)

    def encode(self, rows: list[Row], tokenizer: PreTrainedTokenizerBase, classes: list[str]) -> Dataset:
        """Validation rows, which are fewer, in the reverse order."""
        return super().encode(rows, tokenizer, classes if len(rows) == len(self.rows()[0]) else classes[::-1])


class ManyLabels(Fit):
    """Class ids as vectors of zeros and ones: each class becomes a question of its own."""

    cause, family, needs = "multilabel_by_accident", "labels", "data"

    def encode(self, rows: list[Row], tokenizer: PreTrainedTokenizerBase, classes: list[str]) -> Dataset:
        """Floats, one per class."""
        made = super().encode(rows, tokenizer, classes)
        return made.map(
            lambda row: {"labels": [float(row["label"] == place) for place in range(len(classes))]},
            remove_columns=["label"],
        )

    def extras(self) -> dict[str, Any]:
        """Each class by a threshold of its own."""
        return {"compute_metrics": lambda p: {"accuracy": float(((p.predictions > 0) == p.label_ids).all(-1).mean())}}


class OtherTask(Fit):
    """A classifier of another task is tuned further, and its class names stay."""

    cause, family, needs = "labels_unlike_checkpoint", "labels", "data"

    @property
    def base(self) -> Path | None:
        """The classifier of the other task."""
        return self.ground.folder / "base"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """It has as many classes, of other names."""
        emotions = [f"emotion {place}" for place in range(len(classes))]
        other = super().model(emotions)
        folder = str(self.base)
        other.save_pretrained(folder)
        self.tokenizer().save_pretrained(folder)
        return AutoModelForSequenceClassification.from_pretrained(folder)
