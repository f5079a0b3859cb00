"""A classifier taken apart: every weight is in exactly one part, and shared tables lie below the layers."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSequenceClassification, GPT2Config

from luthier.errors import ModelError
from luthier.models.parts import parts
from tests.models.encoders import AVERAGING, ENCODERS, classifier, write_encoder


@pytest.mark.parametrize("kind", ENCODERS)
def test_every_weight_has_one_place(kind: str, tmp_path: Path) -> None:
    """Embeddings, layers, top and head are disjoint and together the whole model."""
    model = classifier(write_encoder(kind, tmp_path), "cls")

    taken = parts(model)

    groups = [list(taken.embeddings.parameters()), taken.layer_parameters(0, 3), list(taken.top), list(taken.head)]
    ids = [id(weight) for group in groups for weight in group]
    assert len(ids) == len(set(ids))
    assert set(ids) == {id(weight) for weight in model.parameters()}
    assert len(taken.layers) == 3
    assert taken.head


@pytest.mark.parametrize("kind", AVERAGING)
def test_the_constants_of_averaging_never_learn(kind: str, tmp_path: Path) -> None:
    """The pooling layer is no layer to train, and BERT's constant pooler is in no part."""
    taken = parts(classifier(write_encoder(kind, tmp_path), "mean"))

    assert len(taken.layers) == 3
    assert taken.top == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("mpnet", "relative_attention_bias"),
        ("deberta-v2", "rel_embeddings"),
        ("electra", "embeddings_project"),
        ("bert", "word_embeddings"),
    ],
)
def test_shared_weights_lie_below(kind: str, name: str, tmp_path: Path) -> None:
    """What every layer reads counts as embeddings: it may not change while states of lower layers are kept."""
    model = classifier(write_encoder(kind, tmp_path), "cls")
    below = {id(weight) for weight in parts(model).embeddings.parameters()}

    named = [weight for full, weight in model.named_parameters() if name in full]

    assert named
    assert all(id(weight) in below for weight in named)


def test_decoders_are_refused() -> None:
    """A model without an encoder's embeddings is named, with a way out."""
    with torch.device("meta"):
        model = AutoModelForSequenceClassification.from_config(GPT2Config(n_layer=2, n_embd=8, n_head=2, vocab_size=9))

    with pytest.raises(ModelError, match="gpt2") as caught:
        parts(model)
    assert "MiniLM" in caught.value.next_step
