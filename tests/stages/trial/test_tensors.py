"""Rows and columns of batches."""

import torch

from luthier.stages.trial.tensors import coarse, count, cropped, gap, joined, padded, spread, supervised, take
from tests.stages.trial.subjects import Reader, batches, subject


def test_take_keeps_what_is_not_per_row() -> None:
    """Tensors with one entry per row are taken from, others stay whole."""
    batch = {**batches()[0], "scale": torch.tensor(2.0)}
    taken = take(batch, [3, 1])

    assert count(batch) == 6
    assert torch.equal(taken["labels"], batch["labels"][[3, 1]])
    assert float(taken["scale"]) == 2.0


def test_cropped_takes_padding_from_both_sides() -> None:
    """Columns without a real token go, of every tensor that has one column per token; a target keeps its own."""
    batch = {
        "input_ids": torch.tensor([[0, 5, 6, 0], [0, 7, 0, 0]]),
        "attention_mask": torch.tensor([[0, 1, 1, 0], [0, 1, 0, 0]]),
        "labels": torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]]),
    }

    assert cropped(batch, subject(kind="next_token"))["input_ids"].tolist() == [[5, 6], [7, 0]]
    assert cropped(batch, subject(kind="next_token"))["labels"].is_contiguous()
    assert cropped(batch, subject(kind="next_token"))["labels"].tolist() == [[2, 3], [6, 7]]
    assert cropped(batch, subject(kind="sequence_to_sequence"))["labels"].shape == (2, 4)


def test_joined_fills_up() -> None:
    """Shorter rows get padding that no loss counts; without a mask rows of two widths are not joined."""
    one = {
        "input_ids": torch.tensor([[1, 2]]),
        "attention_mask": torch.tensor([[1, 1]]),
        "labels": torch.tensor([[1, 2]]),
    }
    other = {"input_ids": torch.tensor([[3]]), "attention_mask": torch.tensor([[1]]), "labels": torch.tensor([[3]])}
    both = joined([one, other])

    assert both is not None
    assert both["input_ids"].tolist() == [[1, 2], [3, 0]]
    assert both["attention_mask"].tolist() == [[1, 1], [1, 0]]
    assert both["labels"].tolist() == [[1, 2], [3, -100]]
    assert joined([{"input_ids": one["input_ids"]}, {"input_ids": other["input_ids"]}]) is None


def test_counts() -> None:
    """Supervised positions and padding of a batch."""
    batch = {"labels": torch.tensor([[1, -100], [-100, -100]]), "attention_mask": torch.tensor([[1, 0], [1, 1]])}

    assert supervised(batch).tolist() == [1, 0]
    assert supervised({"labels": torch.tensor([1, 2])}).tolist() == [1, 1]
    assert padded(batch, subject()) == 1
    assert padded({"input_ids": torch.tensor([[4, 0, 0]])}, subject(padding=0)) == 2
    assert padded({"input_ids": torch.tensor([[4, 0, 0]])}, subject()) == 0


def test_differences_are_in_units_of_the_spread() -> None:
    """A gap is divided by the standard deviation of the scores; scores that are all alike have the unit 1."""
    scores = torch.tensor([[0.0, 2.0]])

    assert gap(scores, scores + 1, 2.0) == 0.5
    assert spread(scores) == float(scores.std())
    assert spread(torch.ones(3)) == 1.0


def test_coarse() -> None:
    """Weights in 16 bits are told from others."""
    assert not coarse(subject())
    assert coarse(subject(Reader().bfloat16()))
