"""The first loss."""

import math
from dataclasses import replace

import pytest
import torch

from tests.stages.trial.subjects import ask, subject


def test_near_guessing() -> None:
    """A new head on three classes starts near ln 3."""
    one = ask("start_loss", subject())

    assert one.answer == "passed"
    assert one.numbers["guessing"] == pytest.approx(math.log(3))
    assert 0.8 < float(one.numbers["ratio"]) < 1.2
    assert float(one.numbers["prior"]) <= math.log(3)


def test_summed_loss() -> None:
    """A loss that is summed over rows is far above guessing."""
    healthy = subject()
    one = ask("start_loss", replace(healthy, loss=lambda batch, step: 6 * healthy.loss(batch, step)))

    assert one.answer == "failed"
    assert float(one.numbers["ratio"]) > 4


def test_label_outside_the_head() -> None:
    """The error is the answer, with its class and message."""
    healthy = subject()
    batch = {**healthy.batches[0], "labels": healthy.batches[0]["labels"] + 3}
    one = ask("start_loss", replace(healthy, batches=(batch,)))

    assert one.answer == "failed"
    assert one.numbers["error"] == "IndexError"
    assert "out of bounds" in one.says


@pytest.mark.parametrize("value", [math.nan, math.inf, 0.0])
def test_no_loss(value: float) -> None:
    """Not finite, or exactly zero."""
    one = ask("start_loss", subject(loss=lambda *_: torch.tensor(value)))

    assert one.answer == "failed"
    assert str(value).removesuffix(".0") in one.says


def test_numbers_have_no_guess() -> None:
    """For a regression only finiteness is asked."""
    one = ask("start_loss", subject(kind="number", outputs=1, loss=lambda *_: torch.tensor(50.0)))

    assert one.answer == "passed"
    assert "guessing" not in one.numbers
