"""A tiny classifier of token ids as a subject of the battery, healthy unless told otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import all_trials
from luthier.stages.trial.subject import Batch, Metrics, Rows, Subject

CLASSES = 3
VOCABULARY = 40


class Reader(nn.Module):
    """Mean of embeddings over real tokens, a hidden layer, a head.

    Args:
        heeds_mask: whether padding is left out of the mean.
        dropout: share of the hidden units that are dropped in training.
        always_drops: whether dropout acts in evaluation too.
        mixes: whether a row sees the mean of the batch.
    """

    def __init__(
        self, *, heeds_mask: bool = True, dropout: float = 0.1, always_drops: bool = False, mixes: bool = False
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 16)
        self.hidden = nn.Linear(16, 16)
        self.head = nn.Linear(16, CLASSES)
        self.register_buffer("seen", torch.zeros(1))
        self.heeds_mask, self.dropout, self.always_drops, self.mixes = heeds_mask, dropout, always_drops, mixes

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Scores, (rows, classes)."""
        states = self.embedding(input_ids)
        real = attention_mask[:, :, None].to(states.dtype) if self.heeds_mask else torch.ones_like(states[:, :, :1])
        pooled = (states * real).sum(dim=1) / real.sum(dim=1)
        if self.mixes:
            pooled = pooled - pooled.mean(dim=0)
        kept = functional.dropout(pooled, self.dropout, training=self.training or self.always_drops)
        scores: Tensor = self.head(torch.tanh(self.hidden(kept)))
        return scores


def batches(count: int = 2, rows: int = 6, seed: int = 0) -> tuple[Batch, ...]:
    """Rows of 2 to 7 tokens, padded; the label is the first token modulo 3."""
    random = np.random.default_rng(seed)
    return tuple(
        _batch([random.integers(1, VOCABULARY, size=random.integers(2, 8)) for _ in range(rows)]) for _ in range(count)
    )


def _batch(texts: Sequence[Any], labels: Sequence[int] | None = None) -> Batch:
    width = max(len(text) for text in texts)
    ids = torch.tensor([[*text, *[0] * (width - len(text))] for text in texts])
    given = [int(text[0]) % CLASSES for text in texts] if labels is None else labels
    return {"input_ids": ids, "attention_mask": (ids != 0).long(), "labels": torch.tensor(given)}


def subject(model: nn.Module | None = None, **changes: Any) -> Subject:
    """A subject; `changes` are fields of it."""
    model = model or Reader()
    given = batches()

    def scores(batch: Batch) -> Tensor:
        answer: Tensor = model(batch["input_ids"], batch["attention_mask"])
        return answer.float()

    def loss(batch: Batch, step: Sequence[Batch]) -> Tensor:
        share = len(batch["labels"]) / sum(len(one["labels"]) for one in step)
        return functional.cross_entropy(scores(batch), batch["labels"]) * share

    made = Subject(
        model=model,
        kind="classes",
        outputs=CLASSES,
        batches=given,
        loss=loss,
        scores=scores,
        optimiser=lambda: torch.optim.AdamW(model.parameters(), lr=1e-3),
        training_mode=model.train,
        clip=1.0,
        accumulation=2,
        evaluate=lambda: _evaluated(model, scores, given),
        metrics=Metrics(given[0]["labels"].numpy(), perfect, accuracy),
        longest=lambda: given[0],
        rows=rows(),
    )
    return replace(made, **changes)


def _evaluated(model: nn.Module, scores: Any, given: Sequence[Batch]) -> dict[str, float]:
    model.eval()
    with torch.no_grad():
        return {"accuracy": float(torch.stack([scores(b).argmax(-1) == b["labels"] for b in given]).float().mean())}


def perfect(labels: Any) -> Any:
    """Scores that are right everywhere."""
    return 9.0 * np.eye(CLASSES)[labels]


def accuracy(predictions: Any, labels: Any) -> dict[str, float]:
    """Share of rows that are right."""
    return {"accuracy": float((predictions.argmax(-1) == labels).mean())}


def rows(*, leak: bool = False) -> Rows:
    """Rows whose first token is a word about the label only where it leaks."""
    random = np.random.default_rng(1)
    texts = [random.integers(10, VOCABULARY, size=4) for _ in range(60)]
    own = np.array([int(text[0]) % CLASSES for text in texts])

    def given(labels: Any) -> list[Batch]:
        told = [[1 + int(label), *text] if leak else text for text, label in zip(texts, labels, strict=True)]
        return [_batch(told, labels.tolist())]

    return Rows(own, given)


def ask(name: str, tried: Subject, seconds: float = 5.0) -> Experiment:
    """One experiment's answer, waited for."""
    torch.manual_seed(0)
    trial = next(trial for trial in all_trials() if trial.name == name)
    return trial.run(tried, Budget(seconds))
