"""One batch learned by heart."""

from dataclasses import replace

import torch

from luthier.stages.trial.experiments.one_batch_overfit import small
from tests.stages.trial.subjects import Reader, ask, batches, subject


def test_healthy() -> None:
    """A model that reads learns eight rows within the steps."""
    one = ask("one_batch_overfit", subject())

    assert one.answer == "passed"
    assert float(one.numbers["lowest"]) <= 0.5 * float(one.numbers["start"])


def test_blind_to_its_input() -> None:
    """A model that sees no input cannot get below the cost of the class shares."""
    healthy = subject(batches=batches(1, 8))
    blank = tuple({**batch, "input_ids": torch.ones_like(batch["input_ids"])} for batch in healthy.batches)
    one = ask("one_batch_overfit", replace(healthy, batches=blank), seconds=1)

    assert one.answer == "failed"
    assert "best of 3 rates" in one.says


def test_cut_off() -> None:
    """A loss that does not depend on what is trained does not fall."""
    model = Reader()
    model.requires_grad_(False)
    model.embedding.weight.requires_grad_(True)
    cut = subject(model)
    constant = torch.tensor(1.1)
    one = ask(
        "one_batch_overfit",
        replace(cut, loss=lambda *_: constant + 0.0 * model.embedding.weight.sum()),
        seconds=0.2,
    )

    assert one.answer == "failed"


def test_nothing_learns() -> None:
    """Without trainable parameters there is nothing to try."""
    model = Reader()
    model.requires_grad_(False)
    one = ask("one_batch_overfit", subject(model))

    assert one.answer == "failed"
    assert one.numbers == {"trainable": 0}


def test_label_smoothing_has_a_floor() -> None:
    """A loss that cannot fall below its floor is measured from there."""
    healthy = subject()
    raised = replace(healthy, loss=lambda batch, step: healthy.loss(batch, step) + 5.0)

    assert ask("one_batch_overfit", raised, seconds=1).answer == "failed"
    assert ask("one_batch_overfit", replace(raised, floor=5.0, kind="tags")).answer == "passed"


def test_rows_of_all_classes() -> None:
    """The rows are of as many classes as the first batches hold, however rare."""
    rare = {**batches(1, 8)[0], "labels": torch.tensor([0, 0, 0, 0, 0, 0, 0, 1])}
    common = {**batches(1, 8, seed=5)[0], "labels": torch.zeros(8, dtype=torch.int64)}
    chosen = small(subject(batches=(common, rare)))

    assert len(chosen["labels"]) == 8
    assert chosen["labels"].sum() == 1


def test_time_ends_too_early() -> None:
    """A loss that still falls when time ends proves nothing."""
    slow = subject()
    one = ask("one_batch_overfit", replace(slow, kind="tags", floor=-20.0), seconds=0)

    assert one.answer == "not run"
    assert "no time" in one.says
