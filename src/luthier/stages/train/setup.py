"""Everything that training needs, put together: model, encoded splits, what is frozen."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from luthier.facts.plan import Plan
from luthier.facts.rows import Splits
from luthier.models.attention import use_training_attention
from luthier.models.dropout import replace_dropout
from luthier.models.load import Classifier
from luthier.models.parts import parts
from luthier.models.tokenizer import TextTokenizer
from luthier.models.vocabulary import Vocabulary, compact
from luthier.stages.train.cache import body_features, frozen_part_kept
from luthier.stages.train.loop import Job
from luthier.stages.train.optimiser import class_weights
from luthier.strategies._contract import Prepared, Strategy
from luthier.tasks._batches import Feed, WordDropout
from luthier.tasks._contract import Encoded, Task


@dataclass(frozen=True, slots=True)
class SetUp:
    """What one attempt works with.

    Attributes:
        plan, task: as given.
        model: a classifier, with Luthier's dropout and attention, and a compact vocabulary where the embeddings learn.
        vocabulary: the compact vocabulary, or None.
        prepared: what the strategy decided.
        encoded: split to rows, in ids of the model's own table.
        pad_id: padding in ids of the model's own table.
        word_dropout: augmentation, or None.
    """

    plan: Plan
    task: Task
    model: Classifier
    vocabulary: Vocabulary | None
    prepared: Prepared
    encoded: dict[str, Encoded]
    pad_id: int
    word_dropout: WordDropout | None


def set_up(
    plan: Plan,
    task: Task,
    strategy: Strategy,
    folder: Path,
    tokenizer: TextTokenizer,
    splits: Splits,
    classes: Sequence[str],
) -> SetUp:
    """Encode the rows and build the model; the same plan gives the same weights.

    Raises:
        ModelError: the model cannot be loaded.
        PlanError: the strategy and the model do not fit.
    """
    encoded = {name: task.encode(splits[name], tokenizer, plan, classes) for name in ("train", "validation", "test")}
    torch.manual_seed(plan.seed)
    model = task.build(folder, plan, classes)
    replace_dropout(model)
    use_training_attention(model)
    vocabulary, pad_id, mask_id = None, tokenizer.pad_id, tokenizer.mask_id or tokenizer.unknown_id or tokenizer.pad_id
    special = tokenizer.special_ids
    if strategy.prepare(parts(model), plan).frozen_layers == 0:
        vocabulary = compact(model, _used(encoded, tokenizer, mask_id))
        encoded = {name: replace(rows, ids=vocabulary.to_compact(rows.ids)) for name, rows in encoded.items()}
        pad_id, mask_id, *special = vocabulary.to_compact(
            np.array([pad_id, mask_id, *special], dtype=np.int32)
        ).tolist()
    dropped = WordDropout(plan.train.word_dropout, mask_id, tuple(special), plan.seed)
    return SetUp(
        plan=plan,
        task=task,
        model=model,
        vocabulary=vocabulary,
        prepared=strategy.prepare(parts(model), plan),
        encoded=encoded,
        pad_id=pad_id,
        word_dropout=dropped if plan.train.word_dropout > 0 else None,
    )


def _used(
    encoded: dict[str, Encoded], tokenizer: TextTokenizer, mask_id: int
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    special = np.array([tokenizer.pad_id, mask_id, *tokenizer.special_ids])
    return np.unique(np.concatenate([special, *(rows.ids for rows in encoded.values())])).astype(np.int64)


@contextmanager
def ready_to_train(setup: SetUp, counts: Sequence[int], scratch: Path) -> Iterator[tuple[Job, Feed | None]]:
    """The job, with its frozen part computed, for as long as the block lasts; beside it the feed for validation.

    Args:
        setup: from `set_up`.
        counts: training rows of each class, for class weights.
        scratch: folder for kept states.
    """
    scored = {name: setup.encoded[name] for name in ("train", "validation")}
    with frozen_part_kept(setup.model, setup.prepared, scored, setup.pad_id, setup.plan, scratch) as feeds:
        job = Job(
            plan=setup.plan,
            task=setup.task,
            model=setup.model,
            prepared=setup.prepared,
            encoded=setup.encoded["train"],
            pad_id=setup.pad_id,
            weights=class_weights(list(counts)) if setup.plan.train.class_weights else None,
            word_dropout=setup.word_dropout,
            feed=feeds["train"],
        )
        torch.manual_seed(setup.plan.seed)
        yield job, feeds["validation"]


def frozen_features(setup: SetUp, encoded: Encoded) -> Tensor:
    """One vector per row from the model as it is now: (rows, width) fp32."""
    return body_features(setup.model, encoded, setup.pad_id, setup.plan)
