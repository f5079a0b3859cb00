"""Attention for training on a processor.

PyTorch's fused attention has no dropout on processors: with it, it falls back to a path that is slower than writing the
products out (MiniLM-L6, 8 x 24 tokens, forward and backward in bf16: 86 against 67 ms). So training writes them out,
with `dropout` from this package; evaluation keeps the fused kernel. Registered through Transformers' own interface.
"""

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import eager_mask

from luthier.models.dropout import dropout as drop

_NAME = "luthier"


def _attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **kwargs: object,
) -> tuple[Tensor, Tensor | None]:
    """Attention of heads; query, key, value (batch, heads, tokens, width), additive mask (batch, 1, tokens, tokens)."""
    if not torch.is_grad_enabled():
        return sdpa_attention_forward(  # type: ignore[no-any-return]
            module, query, key, value, attention_mask, scaling=scaling, dropout=0.0, is_causal=False
        )
    scale = query.size(-1) ** -0.5 if scaling is None else scaling
    scores = torch.matmul(query * scale, key.transpose(2, 3))
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = scores.softmax(dim=-1).to(query.dtype)
    if module.training and dropout > 0:
        weights = drop(weights, dropout)
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), None


AttentionInterface.register(_NAME, _attention)
AttentionMaskInterface.register(_NAME, eager_mask)


def use_training_attention(model: PreTrainedModel) -> None:
    """Switch an encoder to this attention, where its architecture lets one choose."""
    if model.config._attn_implementation in ("sdpa", "eager") and not model.config.is_encoder_decoder:
        model.set_attn_implementation(_NAME)
