"""Batches: a pure function of plan, seed and epoch, whoever prepares them."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from luthier.errors import RunError
from luthier.stages.train import loader
from luthier.stages.train.loader import load_batches
from luthier.tasks._batches import Batch, shuffled_batches
from tests.stages.train.jobs import plan, setup_of


def batches(folder: Path, *, workers: int, word_dropout: float = 0.3, epoch: int = 1, skip: int = 0) -> list[Batch]:
    """One epoch."""
    setup = setup_of(folder, plan(word_dropout=word_dropout))
    encoded = setup.encoded["train"]
    order = shuffled_batches(encoded.lengths, 8, seed=7, epoch=epoch)[skip:]
    made = load_batches(encoded, order, setup.pad_id, epoch=epoch, workers=workers, word_dropout=setup.word_dropout)
    return list(made)


def equal(first: list[Batch], second: list[Batch]) -> bool:
    """The same rows, tokens and targets in the same order."""
    return len(first) == len(second) and all(
        np.array_equal(a.rows, b.rows)
        and np.array_equal(a.ids.numpy(), b.ids.numpy())
        and np.array_equal(a.mask.numpy(), b.mask.numpy())
        and np.array_equal(a.targets.numpy(), b.targets.numpy())
        for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize("word_dropout", [0.0, 0.3])
def test_workers_change_nothing(tiny_model: Path, word_dropout: float) -> None:
    """Two processes and none give the same batches, augmented ones too."""
    alone = batches(tiny_model, workers=0, word_dropout=word_dropout)

    assert equal(alone, batches(tiny_model, workers=2, word_dropout=word_dropout))


@pytest.mark.parametrize("workers", [0, 2])
def test_going_on_within_an_epoch(tiny_model: Path, workers: int) -> None:
    """The rest of an epoch is the same whether the first batches were made or not."""
    whole = batches(tiny_model, workers=workers)

    assert equal(whole[3:], batches(tiny_model, workers=workers, skip=3))


def test_every_row_once(tiny_model: Path) -> None:
    """An epoch leaves nothing out and repeats nothing; the next has another order and other masks."""
    first, second = batches(tiny_model, workers=0), batches(tiny_model, workers=0, epoch=2)

    assert sorted(np.concatenate([batch.rows for batch in first]).tolist()) == list(range(42))
    assert not equal(first, second)


def test_augmentation_masks_words_only(tiny_model: Path) -> None:
    """About the wished share of the tokens, and never a special one."""
    plain, masked = batches(tiny_model, workers=0, word_dropout=0.0), batches(tiny_model, workers=0)
    setup = setup_of(tiny_model, plan(word_dropout=0.3))
    assert setup.word_dropout is not None
    special = setup.word_dropout.special
    before, after = (np.concatenate([b.ids.numpy().ravel() for b in made]) for made in (plain, masked))
    changed = before != after

    assert not np.isin(before[changed], special).any()
    assert set(after[changed]) == {setup.word_dropout.mask_id}
    assert 0.2 < changed.sum() / (~np.isin(before, special)).sum() < 0.4


def test_a_worker_that_dies_is_told(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the kernel does when memory is short."""
    monkeypatch.setattr(loader, "_deaf", lambda _: os.kill(os.getpid(), signal.SIGKILL))

    with pytest.raises(RunError, match=r"train\.workers: a process that prepares batches died"):
        batches(tiny_model, workers=1)


def test_another_error_of_a_worker_passes(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is not called a lack of memory."""
    setup = setup_of(tiny_model, plan())
    encoded = replace(setup.encoded["train"], targets=np.zeros(1, dtype=np.int64))
    order = shuffled_batches(encoded.lengths, 8, seed=7, epoch=0)

    with pytest.raises(IndexError):
        list(load_batches(encoded, order, setup.pad_id, epoch=0, workers=0, word_dropout=None))
