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

The layer can be written for BERT, RoBERTa, XLM-RoBERTa, CamemBERT, ELECTRA and DistilBERT. It cannot be written where
attention is not uniform without query and key, or where a layer's norm comes first: MPNet adds its relative positions
to the attention of every layer, and ModernBERT hands on the sum of all layers. Such a model is read at its first token,
and the plan says so.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

from luthier.errors import ModelError
from luthier.models.layers import layer_list

_GAIN = 1024.0
_POOLER = 0.5


@dataclass(frozen=True, slots=True)
class _Names:
    """What the modules of a layer are called."""

    value: str
    output: str
    norm: str
    last_norm: str


_BERT = _Names("attention.self.value", "attention.output.dense", "attention.output.LayerNorm", "output.LayerNorm")
_DISTILBERT = _Names("attention.v_lin", "attention.out_lin", "sa_layer_norm", "output_layer_norm")
_FAMILY = dict.fromkeys(("bert", "roberta", "xlm-roberta", "camembert", "electra"), _BERT) | {"distilbert": _DISTILBERT}


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
    """Give a classifier a mean-pooling layer; changes the model in place.

    BERT's pooler becomes a constant. RoBERTa's head starts with a tanh of its own, which starts as that constant and
    learns. ELECTRA's and DistilBERT's heads have other non-linearities and start at random, as they do anyway.

    Raises:
        ModelError: the layer cannot be written for this architecture.
    """
    kind = model.config.model_type
    if not can_average(kind):
        raise ModelError(
            f"a plain {kind} classifier cannot average its tokens",
            where="model.pooling",
            next_step="set model.pooling to cls, or choose a BERT-like model",
        )
    layers, width = layer_list(model), model.config.hidden_size
    norm = layers[-1].get_submodule(_FAMILY[kind].norm)
    layers.append(PoolingHead(width, cast(nn.LayerNorm, norm).eps))
    pooler = getattr(model.base_model, "pooler", None) or getattr(model, "classifier", None)
    dense = getattr(pooler, "dense", None)
    if dense is not None and kind != "electra":
        with torch.no_grad():
            dense.weight.copy_(torch.eye(width) * _POOLER)
            dense.bias.zero_()
    model.config.num_hidden_layers += 1
    return model


@contextmanager
def plain(model: PreTrainedModel) -> Iterator[PreTrainedModel]:
    """The same model with nothing but Transformers' own modules in it, for as long as the block lasts."""
    layers = layer_list(model)
    if not isinstance(layers[-1], PoolingHead):
        yield model
        return
    pooling, constant = layers[-1], copy.deepcopy(layers[-2])
    _write_constants(constant, _FAMILY[model.config.model_type], model.config.hidden_size)
    layers[-1] = constant
    try:
        yield model
    finally:
        layers[-1] = pooling


def _write_constants(layer: nn.Module, names: _Names, width: int) -> None:
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        for name, weight in (
            (names.value, torch.eye(width)),
            (names.output, torch.eye(width) * _GAIN),
            (names.norm, torch.ones(width)),
            (names.last_norm, torch.ones(width)),
        ):
            layer.get_submodule(name).get_parameter("weight").copy_(weight)
