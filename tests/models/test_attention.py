"""The attention written out for training equals the fused and the eager one."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from luthier.models.attention import use_training_attention
from luthier.models.dropout import replace_dropout
from tests.models.encoders import AVERAGING, batch, classifier, write_encoder


def logits_and_gradients(model: PreTrainedModel, ids: Tensor, mask: Tensor) -> tuple[Tensor, list[Tensor]]:
    """In evaluation mode, with gradients."""
    model.zero_grad()
    logits = model.eval()(input_ids=ids, attention_mask=mask).logits
    logits.square().sum().backward()
    return logits.detach(), [p.grad.clone() for p in model.parameters() if p.grad is not None]


@pytest.mark.parametrize("kind", AVERAGING)
@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("other", ["eager", "sdpa"])
def test_equal_without_dropout(kind: str, pooling: str, other: str, tmp_path: Path) -> None:
    """Logits and every gradient, with padding, are those of Transformers' own attention."""
    model = classifier(write_encoder(kind, tmp_path), pooling)
    ids, mask = batch(kind)
    model.set_attn_implementation(other)
    expected, gradients = logits_and_gradients(model, ids, mask)

    use_training_attention(model)
    found, own = logits_and_gradients(model, ids, mask)

    assert model.config._attn_implementation == "luthier"
    assert torch.allclose(found, expected, atol=1e-5)
    assert len(own) == len(gradients)
    for mine, theirs in zip(own, gradients, strict=True):
        assert torch.allclose(mine, theirs, atol=1e-4 * max(1.0, float(theirs.abs().max())))


@pytest.mark.parametrize("kind", AVERAGING)
def test_prediction_uses_the_fused_kernel(kind: str, tmp_path: Path) -> None:
    """Without gradients the answer is that of sdpa, to the bit."""
    model = classifier(write_encoder(kind, tmp_path), "cls")
    ids, mask = batch(kind)
    with torch.no_grad():
        model.set_attn_implementation("sdpa")
        expected = model(input_ids=ids, attention_mask=mask).logits
        use_training_attention(model)
        found = model(input_ids=ids, attention_mask=mask).logits

    assert torch.allclose(found, expected, atol=1e-6)


def test_training_drops_attention(tmp_path: Path) -> None:
    """In training mode the weights of the attention are dropped too, repeatably."""
    model = classifier(write_encoder("bert", tmp_path), "cls")
    replace_dropout(model)
    use_training_attention(model)
    for module in model.modules():
        if hasattr(module, "p"):
            module.p = 0.0
    ids, mask = batch("bert")

    def answer(seed: int) -> Tensor:
        torch.manual_seed(seed)
        return model.train()(input_ids=ids, attention_mask=mask).logits

    own = [module for module in model.modules() if type(module).__name__ == "BertSelfAttention"]
    assert torch.equal(answer(1), answer(2))
    own[0].dropout.p = 0.5
    assert not torch.equal(answer(1), answer(2))
    assert torch.equal(answer(1), answer(1))


@pytest.mark.parametrize("kind", ["mpnet", "deberta-v2"])
def test_left_alone_where_it_cannot_be_chosen(kind: str, tmp_path: Path) -> None:
    """An architecture with an attention of its own keeps it, and trains."""
    model = classifier(write_encoder(kind, tmp_path), "cls")
    ids, mask = batch(kind)

    use_training_attention(model)
    _, gradients = logits_and_gradients(model, ids, mask)

    assert gradients
