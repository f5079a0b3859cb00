"""A trainer's `compute_metrics`, asked about predictions that no model made."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import EvalPrediction

from luthier.facts.census import Kind
from luthier.integrations.kinds import IGNORED
from luthier.stages.trial.subject import Metrics, Values

MOST_NUMBERS = 20_000_000
"""Numbers in a table of scores that is made up: 80 MB."""
_SURE = 20.0


def why_not(trainer: Any, kind: Kind) -> str:
    """Empty where its metrics can be asked; else the reason."""
    if trainer.compute_metrics is None:
        return "the trainer has no compute_metrics"
    if trainer.args.include_for_metrics:
        return "its metrics read the inputs or losses too, which nothing makes up"
    if kind in ("none", "span"):
        return "for these labels no right predictions are made up"
    return ""


def metrics_of(trainer: Any, kind: Kind, outputs: int, labels: Sequence[Tensor]) -> Metrics:
    """Its metrics, with the labels of some evaluation batches.

    Args:
        trainer: has a `compute_metrics`.
        kind: of the labels.
        outputs: width of the scores.
        labels: of each batch, (rows,) or (rows, positions).
    """
    made = _Made(trainer, kind, outputs)
    return Metrics(_joined(labels, made.most_rows(labels[0])), made.perfect, made.score)


def _joined(labels: Sequence[Tensor], most: int) -> Values:
    """Labels of all batches in one array, filled up with the ignored label."""
    width = max(one.shape[1] for one in labels) if labels[0].ndim > 1 else 0
    filled = [_filled(one, width) for one in labels]
    return torch.cat(filled)[:most].cpu().numpy()


def _filled(labels: Tensor, width: int) -> Tensor:
    if labels.ndim < 2 or labels.is_floating_point():
        return labels
    return torch.nn.functional.pad(labels, (0, width - labels.shape[1]), value=IGNORED)


class _Made:
    def __init__(self, trainer: Any, kind: Kind, outputs: int) -> None:
        self._trainer, self._kind, self._outputs = trainer, kind, outputs
        self._generates = bool(getattr(trainer.args, "predict_with_generate", False))

    def most_rows(self, labels: Tensor) -> int:
        """Rows whose scores may be made up."""
        each = self._outputs * (labels.shape[1] if labels.ndim > 1 else 1)
        return max(1, MOST_NUMBERS // max(1, each)) if not self._generates else MOST_NUMBERS

    def perfect(self, labels: Values) -> Values:
        """What evaluation would hand on if the model were right everywhere."""
        if self._generates:
            return np.where(labels == IGNORED, padding_of(self._trainer) or 0, labels)
        scores, prepare = self._scores(labels), self._trainer.preprocess_logits_for_metrics
        if prepare is None:
            return scores
        prepared = prepare(torch.from_numpy(scores), torch.from_numpy(labels))
        return np.asarray(prepared[0] if isinstance(prepared, tuple) else prepared)

    def _scores(self, labels: Values) -> Values:
        if self._kind == "number":
            return labels.astype(np.float32).reshape(len(labels), -1)
        if self._kind == "multilabel":
            return (_SURE * (2 * labels - 1)).astype(np.float32)
        wanted = np.where(labels == IGNORED, 0, labels).astype(np.int64)
        if self._kind == "next_token" and wanted.ndim > 1:
            wanted = np.roll(wanted, -1, axis=1)  # the score at a position is of the token behind it
        scores = np.zeros((*wanted.shape, self._outputs), dtype=np.float32)
        np.put_along_axis(scores, wanted[..., None], _SURE, axis=-1)
        return scores

    def score(self, predictions: Values, labels: Values) -> Mapping[str, float]:
        """Its metrics, those that are numbers."""
        metric = self._trainer.compute_metrics
        if self._trainer.args.batch_eval_metrics:
            asked = EvalPrediction(predictions=torch.from_numpy(predictions), label_ids=torch.from_numpy(labels))
            found = metric(asked, compute_result=True)
        else:
            found = metric(EvalPrediction(predictions=predictions, label_ids=labels))
        return numbers_in(found)


def numbers_in(found: Mapping[str, Any]) -> dict[str, float]:
    """The entries that are one number each."""
    values = {str(name): value.item() if hasattr(value, "item") else value for name, value in found.items()}
    return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}


def evaluated(trainer: Any) -> dict[str, float]:
    """The trainer's own evaluation of its rows, without the entries on time."""
    found = numbers_in(trainer.evaluate())
    timing = ("_runtime", "_per_second", "_preparation_time", "_jit_compilation_time")
    return {name: value for name, value in found.items() if not name.endswith(timing) and name != "epoch"}


def padding_of(trainer: Any) -> int | None:
    """Id of the padding token, by the tokenizer, else by the config of the model."""
    holders = (trainer.processing_class, getattr(trainer.model, "config", None))
    found = (getattr(holder, "pad_token_id", None) for holder in holders)
    return next((int(one) for one in found if one is not None), None)
