"""Mean pooling inside a plain Transformers classifier.

Sentence encoders such as MiniLM were trained so that the mean of the token states is the text's vector, but a
Transformers `BertForSequenceClassification` reads the first token's state, which nobody trained. A model that pools
differently needs code of its own to be loaded, and then it no longer is the plain class that everybody's tools expect.

There is a way out: one more encoder layer whose weights are constants can do the averaging. With zero query and key
weights attention is uniform over the real tokens; with the identity as value the result is their mean; an output weight
of 2^10 drowns the residual connection; the layer's norm then gives the mean scaled to unit variance, which up to a
factor is the normalised sentence vector that the checkpoint was trained for; the feed-forward half is zero. The
pooler's tanh sees half of it, where it is nearly linear. Training computes the same in closed form (`PoolingHead`), and
saving writes the constant layer (`plain`). A test holds both against each other; probabilities differ by less than
1e-5.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

_GAIN = 1024.0
_POOLER = 0.5
_FAMILY = {"bert"}


def can_average(architecture: str) -> bool:
    """Whether the constant layer can be written for this Transformers model type."""
    return architecture in _FAMILY


class PoolingHead(nn.Module):
    """The constant layer in closed form: (batch, tokens, width) to (batch, 1, width)."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.width = width
        self.epsilon = epsilon

    def forward(self, states: Tensor, attention_mask: Tensor | None = None, *_: object, **__: object) -> Tensor:
        """Average the real tokens.

        Args:
            states: (batch, tokens, width).
            attention_mask: what a layer is handed: None, or (batch, 1, tokens, tokens), boolean or additive.
        """
        states = states.float()
        if attention_mask is None:
            mean = states.mean(dim=1, keepdim=True)
        else:
            first = attention_mask[:, 0, :1, :]
            real = (first if first.dtype == torch.bool else first > -1.0).to(states.dtype)
            mean = torch.matmul(real, states) / real.sum(dim=-1, keepdim=True)
        shape = (self.width,)
        once = functional.layer_norm(mean * _GAIN + states[:, :1], shape, eps=self.epsilon)
        return functional.layer_norm(once, shape, eps=self.epsilon)


def average_tokens(model: PreTrainedModel) -> PreTrainedModel:
    """Give a BERT-like classifier a mean-pooling layer, and make its pooler a constant. Changes the model in place."""
    encoder = model.base_model.encoder
    encoder.layer.append(PoolingHead(model.config.hidden_size, model.config.layer_norm_eps))
    pooler = model.base_model.pooler.dense
    with torch.no_grad():
        pooler.weight.copy_(torch.eye(model.config.hidden_size) * _POOLER)
        pooler.bias.zero_()
    model.config.num_hidden_layers += 1
    return model


@contextmanager
def plain(model: PreTrainedModel) -> Iterator[PreTrainedModel]:
    """The same model with nothing but Transformers' own modules in it, for as long as the block lasts."""
    layers = model.base_model.encoder.layer if can_average(model.config.model_type) else None
    if layers is None or not isinstance(layers[-1], PoolingHead):
        yield model
        return
    pooling, constant = layers[-1], copy.deepcopy(layers[-2])
    _write_constants(constant, model.config.hidden_size)
    layers[-1] = constant
    try:
        yield model
    finally:
        layers[-1] = pooling


def _write_constants(layer: Any, width: int) -> None:
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.attention.self.value.weight.copy_(torch.eye(width))
        layer.attention.output.dense.weight.copy_(torch.eye(width) * _GAIN)
        layer.attention.output.LayerNorm.weight.fill_(1.0)
        layer.output.LayerNorm.weight.fill_(1.0)
