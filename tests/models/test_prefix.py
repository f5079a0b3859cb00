"""A model whose frozen part is replayed answers as the whole one."""

from pathlib import Path

import pytest
import torch

from luthier.models.layers import layer_list
from luthier.models.parts import parts
from luthier.models.prefix import Replay, body_replayed, body_vectors, boundary_states, layers_replayed
from tests.models.encoders import AVERAGING, ENCODERS, batch, classifier, write_encoder

POOLINGS = [(kind, "cls") for kind in ENCODERS] + [(kind, "mean") for kind in AVERAGING]


@pytest.mark.parametrize(("kind", "pooling"), POOLINGS)
@pytest.mark.parametrize("count", [1, 2])
def test_replayed_layers(kind: str, pooling: str, count: int, tmp_path: Path) -> None:
    """Logits, and the gradients of the layers above, are those of the whole model; afterwards it is whole again."""
    model = classifier(write_encoder(kind, tmp_path), pooling)
    ids, mask = batch(kind)
    above = [*parts(model).layer_parameters(count, 3), *parts(model).head]
    whole = model(input_ids=ids, attention_mask=mask).logits
    expected = torch.autograd.grad(whole.square().sum(), above)
    before = list(model.state_dict())

    states = boundary_states(model, count, ids, mask)
    with layers_replayed(model, count) as replay:
        replay.states = states
        found = model(input_ids=ids, attention_mask=mask).logits
        gradients = torch.autograd.grad(found.square().sum(), above)

    assert torch.allclose(found, whole, atol=1e-6)
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(gradients, expected, strict=True))
    assert list(model.state_dict()) == before
    assert torch.equal(model(input_ids=ids, attention_mask=mask).logits, whole)


@pytest.mark.parametrize(("kind", "pooling"), [*POOLINGS, ("modernbert", "own mean")])
def test_replayed_body(kind: str, pooling: str, tmp_path: Path) -> None:
    """One vector per text is all that the head needs."""
    model = classifier(write_encoder(kind, tmp_path), pooling)
    if pooling == "own mean":  # ModernBERT averages in its head
        model.config.classifier_pooling = "mean"
    ids, mask = batch(kind)
    whole = model(input_ids=ids, attention_mask=mask).logits

    vectors = body_vectors(model, ids, mask)
    with body_replayed(model) as replay:
        replay.states = vectors
        found = model(input_ids=ids, attention_mask=mask).logits

    assert vectors.shape == (4, 32)
    assert torch.allclose(found, whole, atol=1e-6)
    assert torch.equal(model(input_ids=ids, attention_mask=mask).logits, whole)


def test_whole_again_after_a_failure(tmp_path: Path) -> None:
    """Whatever ends the block, the model is put together."""
    model = classifier(write_encoder("electra", tmp_path), "mean")
    before = [id(module) for module in model.modules()]

    with pytest.raises(KeyError), layers_replayed(model, 2):
        raise KeyError("stop")
    with pytest.raises(KeyError), body_replayed(model):
        raise KeyError("stop")

    assert [id(module) for module in model.modules()] == before
    assert len(layer_list(model)) == 4


def test_nothing_to_replay() -> None:
    """A replay that was never filled says so."""
    with pytest.raises(RuntimeError, match="no states"):
        Replay()()
