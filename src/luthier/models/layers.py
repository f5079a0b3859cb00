"""The list in which a model keeps its layers, whatever its architecture."""

from torch import nn
from transformers import PreTrainedModel

from luthier.errors import ModelError


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
        f"the layers of a {model.config.model_type} model were not found",
        next_step="choose an encoder such as sentence-transformers/all-MiniLM-L6-v2",
    )
