"""A plan of Luthier's as the subject of the ten-second battery: `luthier check --try`.

The model is built as a fit would build it, from at most 5,000 rows spread over the training rows, and thrown away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from torch import Tensor

from luthier.facts.event import Watch
from luthier.facts.rows import Splits
from luthier.facts.trial import TrialFacts
from luthier.known import Known
from luthier.models.parts import parts
from luthier.models.save import save_classifier
from luthier.stages.evaluate.predict import predict_logits
from luthier.stages.evaluate.reload import reload
from luthier.stages.evaluate.scoring import evaluate_quickly
from luthier.stages.train.loop import autocast
from luthier.stages.train.optimiser import build_optimiser, class_weights, freeze_all_but, set_rates
from luthier.stages.train.setup import SetUp
from luthier.stages.trial.battery import run_battery
from luthier.stages.trial.subject import (
    PROBED,
    RELOADED,
    Batch,
    Ints,
    Metrics,
    Reloaded,
    Rows,
    Subject,
    Values,
    evenly,
    least_loss,
)
from luthier.tasks._batches import collate, shuffled_batches
from luthier.tasks._contract import Encoded

_ROWS = 5_000
_BATCHES = 4
_TOGETHER = 16


def try_out(known: Known, watch: Watch, seconds: float = 10.0) -> TrialFacts:
    """Run the battery on a plan; see `run_battery`."""
    return run_battery(subject_of(known), watch, seconds)


def subject_of(known: Known) -> Subject:
    """What a fit of this plan would train, as a subject."""
    splits = known.splits
    train, validation, test = (_spread(table, _ROWS) for table in (splits.train, splits.validation, splits.test))
    few = Splits(train, validation, test, splits.origin)
    tried = _Tried(replace(known, splits=few))
    plan, setup = known.plan, tried.setup
    return Subject(
        model=setup.model,
        kind="classes",
        outputs=len(known.data.classes),
        batches=tried.batches(),
        loss=tried.loss,
        scores=tried.scores,
        optimiser=tried.optimiser,
        training_mode=tried.training_mode,
        clip=plan.train.clip,
        accumulation=plan.train.accumulation,
        floor=least_loss(plan.train.label_smoothing, len(known.data.classes)),
        padding=setup.pad_id,
        learns=tried.learns(),
        evaluate=tried.evaluate,
        metrics=Metrics(setup.encoded["validation"].targets, tried.perfect, tried.score),
        longest=tried.longest,
        rows=tried.rows(),
        reload=tried.reload,
    )


def _spread(table: pa.Table, most: int) -> pa.Table:
    """Up to so many rows, evenly spread."""
    return table.take(pa.array(evenly(len(table), most)))


class _Tried:
    """A model that was set up, and what the stages would do with it."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.setup: SetUp = known.set_up()
        freeze_all_but(self.setup.model, self.setup.prepared.groups)
        counts = [known.data.class_counts["train"].get(name, 0) for name in known.data.classes]
        self._weights = class_weights(counts) if known.plan.train.class_weights else None

    def batches(self) -> tuple[Batch, ...]:
        train, plan = self.setup.encoded["train"], self.known.plan
        rows = shuffled_batches(train.lengths, plan.train.batch_size, plan.seed, 0)[:_BATCHES]
        return tuple(self._batch(train, one) for one in rows)

    def _batch(self, encoded: Encoded, rows: Ints) -> Batch:
        batch = collate(encoded, rows, self.setup.pad_id)
        return {"input_ids": batch.ids, "attention_mask": batch.mask, "labels": batch.targets}

    def loss(self, batch: Batch, step: Sequence[Batch]) -> Tensor:
        """As the loop weighs it: by its share of the rows of the step."""
        share = len(batch["labels"]) / sum(len(one["labels"]) for one in step)
        with autocast(self.known.plan, self.setup.model.device):
            logits = self.scores(batch)
        return self.setup.task.loss(logits, batch["labels"], self.known.plan, self._weights) * share

    def scores(self, batch: Batch) -> Tensor:
        logits: Tensor = self.setup.model(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
        ).logits.float()
        return logits

    def optimiser(self) -> torch.optim.Optimizer:
        optimiser = build_optimiser(self.setup.prepared.groups, self.known.plan.train)
        set_rates(optimiser, 1.0)
        return optimiser

    def training_mode(self) -> None:
        """Training mode for what learns; frozen leading parts predict, as in the loop."""
        self.setup.model.train()
        frozen = self.setup.prepared.frozen_layers
        if frozen:
            model_parts = parts(self.setup.model)
            for module in (model_parts.embeddings, *model_parts.layers[:frozen]):
                module.eval()

    def learns(self) -> frozenset[str]:
        grouped = {id(p) for group in self.setup.prepared.groups for p in group.parameters}
        return frozenset(name for name, p in self.setup.model.named_parameters() if id(p) in grouped)

    def evaluate(self) -> Mapping[str, float]:
        """Validation scores of two batches."""
        encoded = self.setup.encoded["validation"]
        encoded = encoded.take(np.arange(min(len(encoded), 2 * self.known.plan.train.batch_size)))
        bf16 = self.known.plan.train.precision == "bf16"
        logits = predict_logits(self.setup.model, encoded, self.setup.pad_id, bf16=bf16)
        return self.score(logits.numpy(), encoded.targets)

    def score(self, predictions: Values, labels: Values) -> Mapping[str, float]:
        """Predictions are logits, (rows, classes)."""
        probabilities = self.setup.task.decode(torch.from_numpy(predictions))
        scored = evaluate_quickly("model", "validation", probabilities, labels, self.known.data.classes)
        return {name: one.value for name, one in scored.scores.items()}

    def perfect(self, labels: Values) -> Values:
        return 20.0 * np.eye(len(self.known.data.classes), dtype=np.float32)[labels]

    def longest(self) -> Batch:
        encoded = self.setup.encoded["train"]
        rows = np.argsort(-encoded.lengths, kind="stable")[: self.known.plan.train.batch_size]
        return self._batch(encoded, rows)

    def rows(self) -> Rows:
        """Some training rows of every class, encoded from their texts anew with whatever labels they are given."""
        classes, targets = self.known.data.classes, self.setup.encoded["train"].targets
        each = -(-PROBED // len(classes))
        chosen = np.concatenate([np.flatnonzero(targets == label)[:each] for label in range(len(classes))])
        chosen = chosen[np.argsort(self.setup.encoded["train"].lengths[chosen], kind="stable")]
        table = self.known.splits.train.take(pa.array(chosen))

        def batches(labels: Ints) -> Sequence[Batch]:
            names = pa.array([classes[label] for label in labels], pa.string())
            given = table.set_column(table.column_names.index("label"), "label", names)
            encoded = self.setup.task.encode(given, self.known.tokenizer, self.known.plan, classes)
            if self.setup.vocabulary is not None:
                encoded = replace(encoded, ids=self.setup.vocabulary.to_compact(encoded.ids))
            rows = np.arange(len(encoded))
            return [self._batch(encoded, rows[start : start + _TOGETHER]) for start in range(0, len(rows), _TOGETHER)]

        return Rows(targets[chosen], batches)

    def reload(self, folder: Path) -> Reloaded:
        known, setup = self.known, self.setup
        rows = np.arange(min(RELOADED, len(setup.encoded["train"])))
        logits = predict_logits(setup.model, setup.encoded["train"].take(rows), setup.pad_id)
        here, texts = setup.task.decode(logits), known.splits.train["text"].take(rows).to_pylist()
        save_classifier(setup.model, setup.vocabulary, known.tokenizer, known.plan.model.max_tokens, folder)
        there = reload(folder, texts, here, known.data.classes, known.plan.model.max_tokens)
        return Reloaded(there.rows, there.largest_gap / (float(here.std()) or 1.0), there.missing)
