"""The body of the scenes that need an encoder."""

from typing import Any

from transformers import BertConfig


def bert_config(tokenizer: Any, positions: int = 64, outputs: int = 2) -> Any:
    """A BERT of two layers, 16 wide; its weights are drawn wide enough to see differences between rows."""
    return BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=positions,
        initializer_range=0.25,
        num_labels=outputs,
        pad_token_id=tokenizer.pad_token_id,
    )
