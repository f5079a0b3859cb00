"""What a scene does to any model, whatever its task."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

from luthier.integrations.scenery.options import Wanted

_DIVIDING = "dividing"
OPTIONS = frozenset(
    ("frozen", "float16_weights", "bf16_weights", "dropout_in_eval", "weight_not_finite", "attention_not_finite")
)
"""Options of every scene.

- `frozen`: 1 freezes the pretrained body, 2 every weight;
- `float16_weights`, `bf16_weights`: 1 holds the weights themselves in half precision;
- `dropout_in_eval`: 1 lets dropout act in evaluation too;
- `weight_not_finite`: 1 makes one weight NaN;
- `attention_not_finite`: 1 takes an attention that divides by zero where a position may look at nothing but padding.
"""


class AlwaysDropping(nn.Dropout):
    """Dropout that does not know of evaluation."""

    def forward(self, states: Tensor) -> Tensor:
        """Drop."""
        return functional.dropout(states, self.p, training=True)


def _dividing(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **others: object
) -> tuple[Tensor, None]:
    """Attention that shuts positions out by minus infinity: a row of nothing else has no sum to divide by."""
    scores = query @ key.transpose(2, 3) * query.size(-1) ** -0.5
    if attention_mask is not None:
        scores = scores.masked_fill(attention_mask < -1, float("-inf"))
    return (scores.softmax(dim=-1) @ value).transpose(1, 2).contiguous(), None


AttentionInterface.register(_DIVIDING, _dividing)
AttentionMaskInterface.register(_DIVIDING, eager_mask)


def changed(model: Any, wanted: Wanted) -> Any:
    """The model, with what the options ask for."""
    if wanted.on("frozen"):
        for parameter in (model if wanted.count("frozen") > 1 else model.base_model).parameters():
            parameter.requires_grad_(False)
    if wanted.on("dropout_in_eval"):
        _always_drop(model)
    if wanted.on("attention_not_finite"):
        model.set_attn_implementation(_DIVIDING)
    if wanted.on("weight_not_finite"):
        with torch.no_grad():
            max(model.parameters(), key=lambda weight: weight.numel()).view(-1)[0] = float("nan")
    if wanted.on("float16_weights"):
        return model.half()
    return model.bfloat16() if wanted.on("bf16_weights") else model


def _always_drop(model: nn.Module) -> None:
    for module in model.modules():
        for name, child in module.named_children():
            if type(child) is nn.Dropout:
                setattr(module, name, AlwaysDropping(child.p))


def with_new_tokens(tokenizer: Any, model: Any, wanted: Wanted, *, resized: bool) -> list[str]:
    """Add tokens to the tokenizer, and rows to the embedding table where it is to be resized; returns the tokens."""
    tokens = [
        f"<extra_{number}>" for number in range(wanted.count("unresized_tokens" if not resized else "new_tokens"))
    ]
    if tokens:
        tokenizer.add_tokens(tokens)
        if resized:
            model.resize_token_embeddings(len(tokenizer))
    return tokens
