"""Micro-batches against the large batch."""

from dataclasses import replace

import pytest
import torch

from tests.stages.trial.subjects import ask, batches, subject


def test_healthy() -> None:
    """A loss weighed by rows gives the gradient of the large batch."""
    one = ask("accumulation", subject())

    assert one.answer == "passed"
    assert one.numbers["ratio"] == pytest.approx(1.0, abs=1e-4)


def test_loss_that_nobody_divides() -> None:
    """The gradient is as many times too large as there are micro-batches."""
    healthy = subject(accumulation=3)
    one = ask("accumulation", replace(healthy, loss=lambda batch, step: len(step) * healthy.loss(batch, step)))

    assert one.answer == "failed"
    assert one.numbers["ratio"] == pytest.approx(3.0, rel=1e-3)
    assert one.numbers["pieces"] == 3


def test_mean_of_means() -> None:
    """Token losses averaged within each micro-batch weigh short rows too heavily."""
    given = batches(1, 6)[0]
    labels = torch.where(torch.arange(given["input_ids"].shape[1]) < torch.tensor([1, 1, 1, 6, 6, 6])[:, None], 1, -100)
    healthy = subject(kind="next_token")

    def loss(batch: object, step: object) -> torch.Tensor:
        scores, wanted = healthy.scores(batch)[:, 0], (batch["labels"] != -100).sum(dim=1)  # type: ignore[arg-type, index]
        return (scores * wanted).sum() / wanted.sum() / len(step)  # type: ignore[arg-type]

    tried = replace(healthy, batches=({**given, "labels": labels},), loss=loss)
    assert ask("accumulation", tried).answer == "failed"


def test_rows_of_their_own_batch() -> None:
    """Batches of one row are put together for the large one."""
    given = subject(batches=batches(3, 1), accumulation=3)
    one = ask("accumulation", given)

    assert one.answer == "passed"
    assert one.numbers["pieces"] == 3


def test_no_accumulation() -> None:
    """Nothing to compare."""
    assert ask("accumulation", subject(accumulation=1)).says == "the run does not accumulate"
