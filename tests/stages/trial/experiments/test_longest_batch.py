"""The longest batch."""

import torch

from luthier.stages.trial.subject import Batch
from tests.stages.trial.subjects import ask, subject


def test_healthy() -> None:
    """It fits, and its size is told."""
    tried = subject()
    one = ask("longest_batch", tried)

    assert one.answer == "passed"
    assert (one.numbers["rows"], one.numbers["tokens"]) == tuple(tried.batches[0]["input_ids"].shape)
    assert float(one.numbers["peak_mb"]) >= 0


def test_peak_is_seen() -> None:
    """Memory that is taken for a moment counts."""
    healthy = subject()

    def loss(batch: Batch, step: object) -> torch.Tensor:
        large = torch.ones(30_000_000)
        return healthy.loss(batch, [batch]) + 0 * large.mean()

    one = ask("longest_batch", subject(loss=loss))

    assert float(one.numbers["peak_mb"]) > 60


def test_it_does_not_fit() -> None:
    """More tokens than positions, or no memory: the error is the answer."""

    def loss(*_: object) -> torch.Tensor:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    one = ask("longest_batch", subject(loss=loss))

    assert one.answer == "failed"
    assert "can't allocate memory" in one.says


def test_lengths_are_not_known() -> None:
    """A stream has no longest row."""
    assert ask("longest_batch", subject(longest=None)).answer == "not run"
