"""Padding and neighbours."""

from dataclasses import replace

import torch
from torch import Tensor

from luthier.stages.trial.subject import Batch
from tests.stages.trial.subjects import Reader, ask, subject


def test_healthy() -> None:
    """A row scores the same alone and in a batch."""
    one = ask("batch_invariance", subject())

    assert one.answer == "passed"
    assert float(one.numbers["alone"]) < 1e-5
    assert int(one.numbers["padding"]) > 0


def test_padding_is_read() -> None:
    """Without a mask padding changes the scores."""
    one = ask("batch_invariance", subject(Reader(heeds_mask=False)))

    assert one.answer == "failed"
    assert float(one.numbers["alone"]) > 0.01
    assert float(one.numbers["order"]) < 1e-4


def test_rows_are_mixed() -> None:
    """A row that sees its neighbours scores differently alone."""
    assert ask("batch_invariance", subject(Reader(mixes=True))).answer == "failed"


def test_place_in_the_batch() -> None:
    """Scores that depend on the row's place are seen when the batch is turned around."""
    healthy = subject()

    def scores(batch: Batch) -> Tensor:
        return healthy.scores(batch) + torch.arange(len(batch["labels"]))[:, None]

    one = ask("batch_invariance", replace(healthy, scores=scores))

    assert one.answer == "failed"
    assert "change places" in one.says


def test_scores_under_padding_do_not_count() -> None:
    """A score per token is compared where there are tokens."""
    healthy = subject(kind="tags")

    def scores(batch: Batch) -> Tensor:
        return batch["input_ids"][:, :, None].float() + 10 * (1 - batch["attention_mask"])[:, :, None]

    assert ask("batch_invariance", replace(healthy, scores=scores)).answer == "passed"


def test_one_row_without_padding() -> None:
    """There is nothing to compare with."""
    healthy = subject()
    lone = {name: value[:1, :2] if value.ndim > 1 else value[:1] for name, value in healthy.batches[0].items()}

    assert ask("batch_invariance", replace(healthy, batches=(lone,))).answer == "not run"


def test_a_batch_without_a_mask() -> None:
    """Padding is known by its id where nobody hands on a mask, and then it is read."""
    healthy = subject()
    bare = tuple({name: one[name] for name in ("input_ids", "labels")} for one in healthy.batches)
    model = healthy.model

    def scores(batch: Batch) -> Tensor:
        answer: Tensor = model(batch["input_ids"], torch.ones_like(batch["input_ids"]))
        return answer

    assert ask("batch_invariance", replace(healthy, batches=bare, scores=scores, padding=0)).answer == "failed"


def test_scores_that_change_by_themselves() -> None:
    """Dropout left on is another experiment's answer; scores that are not finite have none."""
    assert "twice" in ask("batch_invariance", subject(Reader(always_drops=True, dropout=0.5))).says
    nothing = subject(scores=lambda batch: torch.full((len(batch["labels"]), 3), torch.nan))
    assert ask("batch_invariance", nothing).answer == "not run"
