"""The parts of a classifier, whatever its architecture: embeddings, layers, pooling, head."""

from dataclasses import dataclass

from torch import nn
from torch.nn import Parameter
from transformers import PreTrainedModel

from luthier.errors import ModelError
from luthier.models.heads import PoolingHead


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the weights of a classifier are.

    Attributes:
        embeddings: the module that turns token ids into the first states.
        layers: the pretrained layers, first to last.
        top: pretrained weights after the layers, such as a pooler or a final norm; constants are not among them.
        head: new weights, outside the pretrained body.
    """

    embeddings: nn.Module
    layers: tuple[nn.Module, ...]
    top: tuple[Parameter, ...]
    head: tuple[Parameter, ...]

    def layer_parameters(self, first: int, last: int) -> list[Parameter]:
        """Weights of the layers first..last-1."""
        return [p for layer in self.layers[first:last] for p in layer.parameters()]


def layer_list(model: PreTrainedModel) -> nn.ModuleList:
    """The list that holds the model's layers; a `PoolingHead` may be its last entry.

    Raises:
        ModelError: none is found.
    """
    count = model.config.num_hidden_layers
    for module in model.base_model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return module
    raise ModelError(
        f"the layers of a {model.config.model_type} model were not found", next_step="use the strategy `full`"
    )


def parts(model: PreTrainedModel) -> Parts:
    """Take a classifier apart. Nothing is changed."""
    listed = list(layer_list(model))
    averaging = isinstance(listed[-1], PoolingHead)
    layers = tuple(listed[:-1] if averaging else listed)
    embeddings = model.base_model.embeddings
    inside = {id(p) for module in (embeddings, *layers) for p in module.parameters()}
    body = {id(p) for p in model.base_model.parameters()}
    top = () if averaging else tuple(p for p in model.base_model.parameters() if id(p) not in inside)
    head = tuple(p for p in model.parameters() if id(p) not in body)
    return Parts(embeddings, layers, top, head)
