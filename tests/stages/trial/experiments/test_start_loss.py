"""The first loss."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from tests.stages.trial.subjects import Reader, ask, subject


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


class Attending(Reader):
    """A reader whose scores are NaN with one of its attentions."""

    def __init__(self, broken: tuple[str, ...]) -> None:
        super().__init__()
        self.config, self._broken = SimpleNamespace(_attn_implementation="sdpa"), broken

    def set_attn_implementation(self, name: str) -> None:
        """As a Transformers model has it."""
        self.config._attn_implementation = name

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Scores."""
        scores = super().forward(input_ids, attention_mask)
        return scores * torch.nan if self.config._attn_implementation in self._broken else scores


def test_attention_that_gives_nan() -> None:
    """With another attention the loss is finite; the model keeps the one that it has."""
    model = Attending(("sdpa",))
    one = ask("start_loss", subject(model))

    assert one.answer == "failed"
    assert one.numbers["attention"] == "sdpa"
    assert float(one.numbers["eager"]) == pytest.approx(math.log(3), rel=0.2)
    assert model.config._attn_implementation == "sdpa"


def test_nan_with_every_attention() -> None:
    """Then attention is not the cause, and nor is it where it cannot be changed."""
    model = Attending(("sdpa", "eager"))
    one, other = ask("start_loss", subject(model)), ask("start_loss", subject(loss=lambda *_: torch.tensor(math.nan)))

    assert "eager" not in {**one.numbers, **other.numbers}
    assert model.config._attn_implementation == "sdpa"
