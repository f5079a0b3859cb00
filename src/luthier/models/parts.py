"""The parts of a classifier, whatever its architecture: embeddings, layers, pooling, head."""

from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn
from torch.nn import Parameter
from transformers import PreTrainedModel

from luthier.errors import ModelError
from luthier.models.heads import PoolingHead
from luthier.models.layers import layer_list


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the weights of a classifier are.

    Attributes:
        embeddings: what turns token ids into the first states, and what all layers share, such as MPNet's table of
            relative positions: none of it may change where the lower layers' states are kept.
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


def parts(model: PreTrainedModel) -> Parts:
    """Take a classifier apart. Nothing is changed.

    Raises:
        ModelError: the architecture is not one of an encoder.
    """
    listed = layer_list(model)
    averaging = isinstance(listed[-1], PoolingHead)
    layers = tuple(listed[:-1] if averaging else listed)
    embeddings = nn.ModuleList([*_embeddings(model), *_shared(model, listed)])
    inside = _ids(p for module in (embeddings, *layers) for p in module.parameters())
    body = _ids(model.base_model.parameters())
    top = () if averaging else tuple(p for p in model.base_model.parameters() if id(p) not in inside)
    head = tuple(p for p in model.parameters() if id(p) not in body)
    return Parts(embeddings, layers, top, head)


def _ids(parameters: Iterable[Parameter]) -> set[int]:
    return {id(p) for p in parameters}


def _embeddings(model: PreTrainedModel) -> list[nn.Module]:
    """The embeddings, and the projection that narrow ones have (ELECTRA)."""
    body = model.base_model
    if not hasattr(body, "embeddings"):
        raise ModelError(
            f"the embeddings of a {model.config.model_type} model were not found; Luthier fine-tunes encoders",
            next_step="choose an encoder such as sentence-transformers/all-MiniLM-L6-v2",
        )
    return [body.embeddings, *([body.embeddings_project] if hasattr(body, "embeddings_project") else [])]


def _shared(model: PreTrainedModel, layers: nn.ModuleList) -> list[nn.Module]:
    """What stands beside the layers in an encoder of their own: MPNet's and DeBERTa's relative positions."""
    holders = (m for m in model.base_model.modules() if m is not model.base_model)
    holder = next((m for m in holders if any(child is layers for child in m.children())), None)
    return [child for child in holder.children() if child is not layers] if holder is not None else []
