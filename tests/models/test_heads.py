"""Mean pooling: the closed form equals the constant layer, and the plain model that users load equals both."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSequenceClassification

from luthier.errors import ModelError
from luthier.models.heads import PoolingHead, average_tokens, can_average, plain
from luthier.models.layers import layer_list
from tests.models.encoders import AVERAGING, ENCODERS, batch, classifier, write_encoder


def probabilities(model: torch.nn.Module, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(rows, classes) in evaluation mode."""
    with torch.no_grad():
        return torch.softmax(model.eval()(input_ids=ids, attention_mask=mask).logits, dim=-1)


@pytest.mark.parametrize("kind", AVERAGING)
def test_closed_form_equals_plain_layer(kind: str, tmp_path: Path) -> None:
    """Written out as a constant layer, the model says the same within 1e-5, padding or not."""
    model = classifier(write_encoder(kind, tmp_path), "mean")

    for ids, mask in (batch(kind), batch(kind, (7, 7))):
        closed = probabilities(model, ids, mask)
        with plain(model):
            assert not any(isinstance(module, PoolingHead) for module in model.modules())
            written = probabilities(model, ids, mask)
        assert (closed - written).abs().max() < 1e-5
        assert closed.std(dim=0).max() > 1e-3  # the rows differ, so that equality says something


@pytest.mark.parametrize("kind", AVERAGING)
def test_users_load_the_same_model(kind: str, tmp_path: Path) -> None:
    """`from_pretrained` on what was saved gives the probabilities of the model in memory, and lacks no weight."""
    model = classifier(write_encoder(kind, tmp_path / "base"), "mean")
    ids, mask = batch(kind)
    expected = probabilities(model, ids, mask)

    with plain(model):
        model.save_pretrained(tmp_path / "saved")
    loaded, report = AutoModelForSequenceClassification.from_pretrained(tmp_path / "saved", output_loading_info=True)

    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    assert (probabilities(loaded, ids, mask) - expected).abs().max() < 1e-5
    assert loaded.config.num_hidden_layers == 4


@pytest.mark.parametrize("kind", AVERAGING)
def test_it_is_the_mean(kind: str, tmp_path: Path) -> None:
    """What the head reads points where the mean of the real token states points, up to scale and offset."""
    folder = write_encoder(kind, tmp_path)
    ids, mask = batch(kind)
    states = classifier(folder, "cls").eval().base_model(ids, attention_mask=mask).last_hidden_state
    mean = (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)

    read = classifier(folder, "mean").eval().base_model(ids, attention_mask=mask).last_hidden_state[:, 0]

    centred = mean - mean.mean(dim=1, keepdim=True)
    assert torch.cosine_similarity(read, centred, dim=1).min() > 0.9999


@pytest.mark.parametrize("kind", AVERAGING)
@pytest.mark.parametrize("form", ["closed", "plain"])
def test_neighbours_do_not_matter(kind: str, form: str, tmp_path: Path) -> None:
    """A row alone, and the same row beside longer ones in another order, get the same answer within 1e-6."""
    model = classifier(write_encoder(kind, tmp_path), "mean")
    ids, mask = batch(kind)

    def answers() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        together = probabilities(model, ids, mask)
        turned = probabilities(model, ids.flip(0), mask.flip(0)).flip(0)
        rows = [
            (row[None, : int(real.sum())], real[None, : int(real.sum())]) for row, real in zip(ids, mask, strict=True)
        ]
        return together, turned, torch.cat([probabilities(model, *row) for row in rows])

    if form == "plain":
        with plain(model):
            together, turned, alone = answers()
    else:
        together, turned, alone = answers()

    assert (together - turned).abs().max() < 1e-6
    assert (together - alone).abs().max() < 1e-6


def test_plain_gives_back_the_closed_form(tmp_path: Path) -> None:
    """After the block the model trains on as before, even where the block failed."""
    model = classifier(write_encoder("bert", tmp_path), "mean")

    with pytest.raises(KeyError), plain(model):
        raise KeyError("disk")

    assert isinstance(layer_list(model)[-1], PoolingHead)


@pytest.mark.parametrize("kind", sorted(set(ENCODERS) - set(AVERAGING)))
def test_others_cannot(kind: str, tmp_path: Path) -> None:
    """Where the layer cannot be written, mean pooling is refused rather than approximated."""
    model = classifier(write_encoder(kind, tmp_path), "cls")

    assert not can_average(kind)
    with pytest.raises(ModelError, match=f"a plain {kind} classifier cannot average"):
        average_tokens(model)


def test_mpnet_attention_is_not_uniform(tmp_path: Path) -> None:
    """Why MPNet cannot: with query and key at zero its layer still prefers some positions."""
    model = classifier(write_encoder("mpnet", tmp_path), "cls").eval()
    layer = layer_list(model)[-1]
    with torch.no_grad():
        for part in (layer.attention.attn.q, layer.attention.attn.k):
            part.weight.zero_()
            part.bias.zero_()
    ids, mask = batch("mpnet", (8,))

    weights = model.base_model(ids, attention_mask=mask, output_attentions=True).attentions[-1]

    assert (weights - 1 / 8).abs().max() > 0.01
