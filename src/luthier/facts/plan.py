"""The plan: everything that decides a run.

A plan is plain data. It holds what the user said and what `stages/plan` derived, and for each value the reason. Two
plans are equal when their values are equal; reasons are commentary and do not take part.
"""

from dataclasses import dataclass, field
from typing import Literal

Precision = Literal["fp32", "bf16"]
Schedule = Literal["linear", "cosine", "constant"]


@dataclass(frozen=True, slots=True)
class DataPlan:
    """Where the rows come from and how they are cleaned and split.

    Attributes:
        path: file, folder or hub id that the user named.
        text: column that holds the text.
        label: column that holds the label.
        group: column whose values must stay on one side of the split, or None.
        time: column that orders the split (oldest rows train, newest test), or None.
        validation_share: share of rows for validation when the data is not split already, 0 to 1.
        test_share: share of rows for the test, 0 to 1.
        near_duplicates: look for near duplicates (MinHash), not only exact ones.
        clean: names of the cleaning steps, in order; see `stages/data/clean.py`.
    """

    path: str
    text: str = "text"
    label: str = "label"
    group: str | None = None
    time: str | None = None
    validation_share: float = 0.1
    test_share: float = 0.1
    near_duplicates: bool = True
    clean: tuple[str, ...] = ("encoding", "html", "control", "space")


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """Which pretrained model, and how text becomes its input.

    Attributes:
        id: hub id or local folder.
        max_tokens: tokens kept of each row, special tokens included.
        pooling: how token states become one vector: the first token's ("cls") or their mean ("mean").
    """

    id: str
    max_tokens: int = 128
    pooling: Literal["cls", "mean"] = "cls"


@dataclass(frozen=True, slots=True)
class StrategyPlan:
    """What is trained.

    Attributes:
        name: id of a strategy, the name of a file in `strategies/`.
        layers: how many of the last layers are trained, for the strategies that ask; None for the others.
    """

    name: str = "full"
    layers: int | None = None


@dataclass(frozen=True, slots=True)
class TrainPlan:
    """How it is trained.

    Attributes:
        epochs: passes over the training rows; may be fractional.
        batch_size: rows in one forward pass.
        accumulation: forward passes in one optimiser step.
        rate: peak learning rate of the encoder.
        head_rate: peak learning rate of the head.
        schedule: shape of the rate after warmup.
        warmup: share of all optimiser steps in which the rate climbs, 0 to 1.
        weight_decay: AdamW decay; never applied to biases and norms.
        clip: largest gradient norm over all parameters; 0 means no clipping.
        precision: "bf16" is autocast; weights stay fp32.
        label_smoothing: 0 to 1.
        class_weights: weigh classes by inverse frequency in the loss.
        patience: evaluations without a better score after which training stops; 0 means never.
        metric: validation score that picks the checkpoint, such as "macro_f1" or "log_loss".
        evaluations_per_epoch: how often validation is scored.
        save_every: optimiser steps between checkpoints; 0 means only with evaluations.
        workers: processes that prepare batches; 0 means the training process itself.
        word_dropout: share of input tokens replaced by the mask token at random, anew in every epoch, 0 to 1.
    """

    epochs: float = 3.0
    batch_size: int = 16
    accumulation: int = 1
    rate: float = 5e-5
    head_rate: float = 1e-3
    schedule: Schedule = "linear"
    warmup: float = 0.1
    weight_decay: float = 0.01
    clip: float = 1.0
    precision: Precision = "fp32"
    label_smoothing: float = 0.0
    class_weights: bool = False
    patience: int = 0
    metric: str = "macro_f1"
    evaluations_per_epoch: int = 1
    save_every: int = 0
    workers: int = 0
    word_dropout: float = 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value of the plan is what it is.

    Attributes:
        text: one clause, such as "99 % of the rows have at most 61 tokens".
        by: who decided: the user, Luthier, or a repair.
    """

    text: str
    by: Literal["user", "luthier", "repair"] = "luthier"


@dataclass(frozen=True, slots=True)
class Plan:
    """All decisions of one run.

    Attributes:
        data, model, strategy, train: the four groups of values.
        task: id of a task, the name of a file in `tasks/`.
        seed: seed of every random choice of the run.
        reasons: dotted name of a value ("train.rate") to its reason.
    """

    data: DataPlan
    model: ModelPlan
    strategy: StrategyPlan = StrategyPlan()
    train: TrainPlan = TrainPlan()
    task: str = "text_classification"
    seed: int = 42
    reasons: dict[str, Reason] = field(default_factory=dict, compare=False)

    def set_by_user(self, name: str) -> bool:
        """Whether the user chose the value with this dotted name."""
        reason = self.reasons.get(name)
        return reason is not None and reason.by == "user"
