"""The frozen first part of a model, computed once.

What frozen layers say about a text never changes, so it is computed once per text and kept. The model is then cut open
at the boundary: a `Replay` takes the place of the frozen part and hands out what was kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPooling

from luthier.models.layers import layer_list
from luthier.models.parts import parts


class Replay(nn.Module):
    """Stands where a frozen part stood, and returns the states that were put into `states`."""

    def __init__(self) -> None:
        super().__init__()
        self.states: Tensor | None = None

    def forward(self, *_: object, **__: object) -> Tensor:
        """The states at the boundary: (batch, tokens, width)."""
        if self.states is None:
            raise RuntimeError("no states were put into the replay")
        return self.states


class ReplayBody(Replay):
    """The same for a whole body; the states are one vector per text: (batch, width)."""

    def forward(self, *_: object, **__: object) -> BaseModelOutputWithPooling:
        """What a head reads: the first token's state and the pooled vector are both the kept vector."""
        states = super().forward()
        return BaseModelOutputWithPooling(last_hidden_state=states[:, None], pooler_output=states)


@contextmanager
def body_replayed(model: PreTrainedModel) -> Iterator[ReplayBody]:
    """The model without its body, for as long as the block lasts."""
    body, replay = model.base_model, ReplayBody()
    setattr(model, model.base_model_prefix, replay)
    try:
        yield replay
    finally:
        setattr(model, model.base_model_prefix, body)


@contextmanager
def layers_replayed(model: PreTrainedModel, count: int) -> Iterator[Replay]:
    """The model without its embeddings and its first `count` layers, for as long as the block lasts."""
    body, layers, replay = model.base_model, layer_list(model), Replay()
    embeddings, frozen = body.embeddings, list(layers)[:count]
    body.embeddings = replay
    project = getattr(body, "embeddings_project", None)
    if project is not None:
        body.embeddings_project = nn.Identity()
    del layers[:count]
    try:
        yield replay
    finally:
        body.embeddings = embeddings
        if project is not None:
            body.embeddings_project = project
        for layer in reversed(frozen):
            layers.insert(0, layer)


@torch.no_grad()
def body_vectors(model: PreTrainedModel, ids: Tensor, mask: Tensor) -> Tensor:
    """One vector per text from the whole body: (batch, width)."""
    output = model.base_model(input_ids=ids, attention_mask=mask)
    if getattr(model.config, "classifier_pooling", "cls") == "mean":  # ModernBERT averages in its head
        real = mask[:, :, None].to(output.last_hidden_state.dtype)
        return (output.last_hidden_state * real).sum(dim=1) / real.sum(dim=1)  # type: ignore[no-any-return]
    pooled = getattr(output, "pooler_output", None)
    return pooled if pooled is not None else output.last_hidden_state[:, 0]  # type: ignore[no-any-return]


class _Reached(Exception):
    """Raised at the boundary, to stop a forward pass there."""

    def __init__(self, states: Tensor) -> None:
        self.states = states


@torch.no_grad()
def boundary_states(model: PreTrainedModel, count: int, ids: Tensor, mask: Tensor) -> Tensor:
    """States that enter layer `count`: (batch, tokens, width)."""

    def stop(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        raise _Reached(inputs[0])

    handle = parts(model).layers[count].register_forward_pre_hook(stop)
    try:
        model.base_model(input_ids=ids, attention_mask=mask)
    except _Reached as reached:
        return reached.states
    finally:
        handle.remove()
    raise RuntimeError(f"layer {count} was not reached")
