"""Labels and heads that do not fit each other. Everything else is healthy."""

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

    cause, family = "label_names_lost", "labels"

    def model(self, classes: list[str]) -> PreTrainedModel:
        """Number of classes alone."""
        return AutoModelForSequenceClassification.from_pretrained(self.ground.base, num_labels=len(classes))
