"""A trainer that somebody built, as the subject of the ten-second battery.

Works for `transformers.Trainer`, `Seq2SeqTrainer` and `trl.SFTTrainer`, and for what derives from them. The trainer's
own methods are called where a run would call them: its collator, `compute_loss`, `create_optimizer`, `evaluate`,
`save_model`.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from luthier.errors import ModelError
from luthier.integrations import metrics, reloading
from luthier.integrations.held import OptimiserFound, held
from luthier.integrations.kinds import kind_of, outputs_of
from luthier.integrations.metrics import padding_of
from luthier.integrations.opened import of_trainer
from luthier.integrations.scores import scores_of
from luthier.models.foreign import translated
from luthier.stages.trial.found import random_state_kept
from luthier.stages.trial.subject import PROBED, RELOADED, Batch, Ints, Reloaded, Rows, Subject, evenly, least_loss
from luthier.stages.trial.tensors import count, take

_PIECES = 4
_SEARCHED = 20_000
_LABELS = ("label", "labels", "label_ids")


def subject_of(trainer: Any) -> Subject:
    """What this trainer would train, and how. The trainer is as it was afterwards.

    Raises:
        ModelError: there are no training rows, or its collator raises.
    """
    tried = _Tried(trainer)
    args, missing = trainer.args, tried.missing()
    return Subject(
        model=trainer.model,
        kind=tried.kind,
        outputs=tried.outputs,
        batches=tried.batches,
        loss=tried.loss,
        scores=tried.scores,
        optimiser=tried.optimiser,
        training_mode=trainer.model.train,
        clip=float(args.max_grad_norm or 0.0),
        accumulation=int(args.gradient_accumulation_steps),
        floor=least_loss(float(args.label_smoothing_factor or 0.0), tried.outputs),
        padding=padding_of(trainer),
        learns=_adapter_names(trainer.model),
        evaluate=None if "evaluation_path" in missing else tried.evaluate,
        metrics=None if "metric_self_test" in missing else tried.metrics(),
        longest=None if "longest_batch" in missing else tried.longest,
        rows=None if "permuted_labels" in missing else tried.rows(),
        reload=None if "reload" in missing else tried.reload,
        held=lambda: held(trainer),
        missing=missing,
    )


def _adapter_names(model: Any) -> frozenset[str] | None:
    """Parameters of an adapter and of the modules that are saved with it; None for other models."""
    prefix = getattr(getattr(model, "base_model", None), "prefix", "")
    if not hasattr(model, "peft_config") or not prefix:
        return None
    names = [name for name, _ in model.named_parameters()]
    active = [config.bias for config in model.peft_config.values() if getattr(config, "bias", "none") != "none"]
    marks = (prefix, "modules_to_save", "trainable_tokens", *((".bias",) if active else ()))
    kept = (name for name in names if any(mark in name for mark in marks) and "original_module" not in name)
    return frozenset(name for name in kept if "base_layer" not in name or active)


class _Tried:
    """A trainer, and what its run would do."""

    def __init__(self, trainer: Any) -> None:
        self._trainer = trainer
        self._given = OptimiserFound(trainer.optimizer) if trainer.optimizer is not None else None
        with held(trainer), random_state_kept(), translated("the first batch cannot be made", "train_dataset", ""):
            self._opened = of_trainer(trainer)
            if self._opened.rows is None:
                raise ModelError("there are no training rows", where="train_dataset", next_step="pass a train_dataset")
            self._rows, self._collate = self._opened.prepare()
            self.batches = self._batches()
        tensors = {name: value for name, value in self.batches[0].items() if isinstance(value, Tensor)}
        self.kind = kind_of(self._opened.model, tensors)
        self.outputs = outputs_of(self._opened.model, self.kind, tensors)

    def _batches(self) -> tuple[Batch, ...]:
        """The first rows, in the trainer's batches."""
        size = max(1, int(self._trainer.args.train_batch_size))
        wanted = max(2, min(_PIECES, int(self._trainer.args.gradient_accumulation_steps)))
        known = hasattr(self._rows, "__getitem__") and hasattr(self._rows, "__len__")
        rows = self._first(size * wanted) if known else list(islice(iter(self._rows), size * wanted))
        return tuple(self._collate(rows[start : start + size]) for start in range(0, len(rows), size))

    def _first(self, most: int) -> list[Any]:
        """Rows that lie evenly spread over the data set."""
        return [self._rows[int(place)] for place in evenly(len(self._rows), most)]

    def missing(self) -> dict[str, str]:
        """Experiment to the reason why this trainer cannot do it."""
        trainer, known = self._trainer, hasattr(self._rows, "__getitem__") and hasattr(self._rows, "__len__")
        reasons = {
            "evaluation_path": "" if trainer.eval_dataset is not None else "the trainer has no evaluation set",
            "metric_self_test": metrics.why_not(trainer, self.kind),
            "longest_batch": "" if known else "the rows come as a stream: their lengths are not known",
            "permuted_labels": self._why_not_permuted(known),
            "reload": reloading.why_not(trainer.model),
        }
        if reasons["evaluation_path"] and not reasons["metric_self_test"]:
            reasons["metric_self_test"] = reasons["evaluation_path"]
        return {name: reason for name, reason in reasons.items() if reason}

    def _why_not_permuted(self, known: bool) -> str:
        if self.kind != "classes":
            return "the labels are not one class a row"
        if not known or self._label_column() is None:
            return "the rows hold no column with one class id each"
        return ""

    def _label_column(self) -> str | None:
        row = self._rows[0]
        named = (name for name in _LABELS if isinstance(row, Mapping) and name in row)
        return next((name for name in named if isinstance(_plain(row[name]), int)), None)

    def loss(self, batch: Batch, step: Sequence[Batch]) -> Tensor:
        """As `Trainer.training_step` divides it."""
        trainer = self._trainer
        items = trainer._get_num_items_in_batch([dict(one) for one in step], trainer.args.device)
        trainer.current_gradient_accumulation_steps = len(step)
        inputs = trainer._prepare_inputs(dict(batch))
        with trainer.compute_loss_context_manager(), trainer.accelerator.autocast():
            loss: Tensor = trainer.compute_loss(trainer.model, inputs, num_items_in_batch=items).mean()
        return loss if self._scaled(items) else loss / len(step)

    def _scaled(self, items: Any) -> bool:
        """Whether Trainer takes the loss for one that was divided by the items of the whole step."""
        trainer = self._trainer
        said = getattr(trainer, "loss_is_scaled_for_ga", None)
        if said is not None:
            return bool(said)
        return (trainer.model_accepts_loss_kwargs and items is not None) or trainer.compute_loss_func is not None

    def scores(self, batch: Batch) -> Tensor:
        return scores_of(self._trainer.model(**self._trainer._prepare_inputs(dict(batch))))

    def optimiser(self) -> Optimizer:
        """The one that was given, as it was found; else a new one, as the trainer makes it."""
        if self._given is not None:
            self._given.put_back()
            for group in self._given.optimiser.param_groups:
                group["lr"] = group.get("initial_lr", group["lr"])
            given: Optimizer = self._given.optimiser
            return given
        self._trainer.optimizer = None
        made: Optimizer = self._trainer.create_optimizer()
        self._trainer.optimizer = None
        return made

    def evaluate(self) -> Mapping[str, float]:
        """`evaluate` on the first rows of the evaluation set."""
        trainer = self._trainer
        vars(trainer).pop("_eval_dataloaders", None)
        trainer.eval_dataset = _head(trainer.eval_dataset, 2 * int(trainer.args.eval_batch_size))
        return metrics.evaluated(trainer)

    def metrics(self) -> Any:
        """Its metrics, with the labels of the first evaluation rows."""
        trainer = self._trainer
        with held(trainer), random_state_kept():
            vars(trainer).pop("_eval_dataloaders", None)
            rows = trainer.eval_dataset
            rows = next(iter(rows.values())) if isinstance(rows, Mapping) else rows
            loader = trainer.get_eval_dataloader(_head(rows, PROBED))
            labels = [batch["labels"] for batch in loader if "labels" in batch]
        return metrics.metrics_of(trainer, self.kind, self.outputs, labels) if labels else None

    def longest(self) -> Batch:
        size = max(1, int(self._trainer.args.train_batch_size))
        lengths = [_length(self._rows[place]) for place in range(min(len(self._rows), _SEARCHED))]
        chosen = np.argsort(-np.array(lengths), kind="stable")[:size]
        return self._collated([self._rows[int(place)] for place in chosen])

    def _collated(self, rows: list[Any]) -> Batch:
        batch: Batch = self._collate(rows)
        return batch

    def rows(self) -> Rows:
        """Some rows, collated anew with whatever class ids they are given."""
        column, rows = self._label_column() or "", self._first(PROBED)
        size = max(1, int(self._trainer.args.train_batch_size))

        def batches(labels: Ints) -> Sequence[Batch]:
            given = [{**row, column: int(label)} for row, label in zip(rows, labels, strict=True)]
            return [self._collated(given[start : start + size]) for start in range(0, len(given), size)]

        return Rows(np.array([_plain(row[column]) for row in rows], dtype=np.int64), batches)

    def reload(self, folder: Path) -> Reloaded:
        batch = self.batches[0]
        batch = take(batch, range(min(RELOADED, count(batch))))
        with torch.no_grad():
            here = self.scores(batch)
        return reloading.reloaded(self._trainer, self._trainer._prepare_inputs(dict(batch)), here, folder)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor | np.generic) and value.ndim == 0 else value


def _length(row: Any) -> int:
    """Tokens of a row, input and target."""
    if not isinstance(row, Mapping):
        return 0
    return sum(len(row[name]) for name in ("input_ids", "labels") if hasattr(row.get(name), "__len__"))


def _head(rows: Any, most: int) -> Any:
    """The first rows of a data set, of whatever kind; of each one where there are several."""
    if isinstance(rows, Mapping) and not hasattr(rows, "column_names"):
        return {name: _head(one, most) for name, one in rows.items()}
    if hasattr(rows, "select"):
        return rows.select(range(min(len(rows), most)))
    if hasattr(rows, "__getitem__") and hasattr(rows, "__len__"):
        return [rows[place] for place in range(min(len(rows), most))]
    return list(islice(iter(rows), most))
