"""Training the rows in use gives what training the whole table gives."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.optim import AdamW
from transformers import PreTrainedModel

from luthier.models.vocabulary import Vocabulary, compact, expanded
from tests.models.encoders import batch, classifier, write_encoder

STEPS = 6
RATE = 0.01


def train(model: PreTrainedModel, vocabulary: Vocabulary | None, kind: str, decay: float) -> None:
    """A few steps of AdamW on random batches; the same ones for every caller."""
    torch.manual_seed(3)
    for parameter in model.parameters():
        parameter.requires_grad_(parameter is not None)
    optimiser = AdamW(model.parameters(), lr=RATE, weight_decay=decay, fused=True)
    for _ in range(STEPS):
        ids, mask = batch(kind)
        ids = 5 + ids % 20 if kind == "bert" else ids.where(ids < 5, 5 + ids % 20)
        seen = ids if vocabulary is None else torch.from_numpy(vocabulary.to_compact(ids.numpy())).long()
        loss = model(input_ids=seen, attention_mask=mask, labels=torch.tensor([0, 1, 2, 0])).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def both_ways(kind: str, folder: Path, decay: float) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Weights after training the whole table, and after training the compact one."""
    write_encoder(kind, folder)
    whole, small = classifier(folder, "mean"), classifier(folder, "mean")
    small.load_state_dict(whole.state_dict())
    used = np.arange(3, 30)  # the rows of padding and below are left to `compact`
    train(whole, None, kind, decay)
    vocabulary = compact(small, used)
    train(small, vocabulary, kind, decay)
    with expanded(small, vocabulary):
        return whole.state_dict(), {name: value.clone() for name, value in small.state_dict().items()}


@pytest.mark.parametrize("kind", ["bert", "roberta", "camembert", "electra", "distilbert"])
def test_equal_to_the_bit_without_decay(kind: str, tmp_path: Path) -> None:
    """Every weight, the table included, is the same number."""
    whole, small = both_ways(kind, tmp_path, 0.0)

    assert whole.keys() == small.keys()
    for name, value in whole.items():
        assert torch.equal(value, small[name]), name


def test_equal_with_decay_but_for_rounding(tmp_path: Path) -> None:
    """Rows in use are the same to the bit; the others, decayed at once instead of step by step, to the last digits."""
    whole, small = both_ways("bert", tmp_path, 0.1)
    table = "bert.embeddings.word_embeddings.weight"

    for name, value in whole.items():
        if name != table:
            assert torch.equal(value, small[name]), name
    assert torch.equal(whole[table][3:30], small[table][3:30])
    rest = whole[table][30:]
    assert (rest - small[table][30:]).abs().max() <= rest.abs().max() * STEPS * torch.finfo(torch.float32).eps


def test_unused_rows_do_decay(tmp_path: Path) -> None:
    """The row that keeps the account counts (1 - rate x decay) for every step."""
    model = classifier(write_encoder("bert", tmp_path), "cls")
    before = model.get_input_embeddings().weight[40].clone()
    vocabulary = compact(model, np.arange(0, 30))

    train(model, vocabulary, "bert", 0.1)

    with expanded(model, vocabulary):
        after = model.get_input_embeddings().weight[40]
    assert torch.allclose(after, before * (1 - RATE * 0.1) ** STEPS, rtol=1e-6)
    assert not torch.equal(after, before)


@pytest.mark.parametrize("kind", ["bert", "roberta", "camembert", "mpnet"])
def test_same_answers(kind: str, tmp_path: Path) -> None:
    """The compact model answers as the full one, padding included: RoBERTa-like positions hang on padding's number."""
    model = classifier(write_encoder(kind, tmp_path), "cls")
    ids, mask = batch(kind)
    with torch.no_grad():
        expected = model(input_ids=ids, attention_mask=mask).logits
        vocabulary = compact(model, np.unique(ids.numpy()))
        small = torch.from_numpy(vocabulary.to_compact(ids.numpy())).long()
        found = model(input_ids=small, attention_mask=mask).logits

    assert torch.equal(found, expected)
    assert len(vocabulary.used) < 60


def test_expanded_puts_the_compact_table_back(tmp_path: Path) -> None:
    """Training can go on after a save, and the full table was not touched."""
    model = classifier(write_encoder("bert", tmp_path), "cls")
    original = model.get_input_embeddings().weight.clone()
    vocabulary = compact(model, np.arange(0, 10))
    small = model.get_input_embeddings()

    with expanded(model, vocabulary):
        assert model.get_input_embeddings().weight.shape == original.shape

    assert model.get_input_embeddings() is small
    assert torch.equal(vocabulary.full.weight, original)
    with expanded(model, None) as same:
        assert same is model
