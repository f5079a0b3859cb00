"""Tiny encoders with random weights, one per architecture, and batches of random token ids."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoConfig, AutoModel, PreTrainedModel

from luthier.models.load import load_classifier

SIZES = {
    "vocab_size": 60,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 40,
}
OFFSET = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}
ENCODERS: dict[str, dict[str, Any]] = {
    "bert": SIZES,
    "roberta": SIZES | OFFSET,
    "xlm-roberta": SIZES | OFFSET,
    "camembert": SIZES | OFFSET,
    "electra": SIZES | {"embedding_size": 16},
    "distilbert": {"vocab_size": 60, "dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 48}
    | {"max_position_embeddings": 40},
    "mpnet": SIZES | OFFSET,
    "deberta-v2": SIZES | {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "type_vocab_size": 0},
    "modernbert": SIZES | {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1},
}
AVERAGING = ("bert", "roberta", "xlm-roberta", "camembert", "electra", "distilbert")


def write_encoder(kind: str, folder: Path, seed: int = 0) -> Path:
    """Save a random encoder of this architecture; its weights are large enough for differences to show."""
    torch.manual_seed(seed)
    model = AutoModel.from_config(AutoConfig.for_model(kind, **ENCODERS[kind]))
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.normal_(0.0, 0.2)
    model.save_pretrained(folder)
    return folder


def batch(kind: str, lengths: tuple[int, ...] = (12, 5, 1, 9)) -> tuple[Tensor, Tensor]:
    """Padded ids and mask, (rows, longest) each; no real token is the padding token."""
    pad = ENCODERS[kind].get("pad_token_id", 0)
    ids = torch.randint(5, 60, (len(lengths), max(lengths)))
    mask = (torch.arange(max(lengths))[None, :] < torch.tensor(lengths)[:, None]).long()
    return torch.where(mask.bool(), ids, pad), mask


def classifier(folder: Path, pooling: str, classes: tuple[str, ...] = ("a", "b", "c")) -> PreTrainedModel:
    """A classifier on a saved encoder, its head large enough for differences to show, in evaluation mode."""
    model = load_classifier(folder, classes, pooling)
    body = {id(weight) for weight in model.base_model.parameters()}
    with torch.no_grad():
        for weight in model.parameters():
            if id(weight) not in body and weight.std() < 0.05:
                weight.mul_(20.0)
    return model.eval()
