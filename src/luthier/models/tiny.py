"""A tiny model with random weights, on disk in Hugging Face layout, so that everything can be tried in milliseconds.

It learns nothing worth having, but it is a real BERT with a real WordPiece tokenizer: what reads, trains, saves or
loads a model treats it like any other, and nothing has to be downloaded.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

_SPECIAL = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
_WORDS = 2_000


def write_tiny_model(
    folder: Path, texts: Iterable[str], *, layers: int = 2, width: int = 16, positions: int = 64, seed: int = 0
) -> Path:
    """Write config.json, model.safetensors and tokenizer.json of a random BERT.

    The same arguments give the same bytes. Dropout is that of BERT (0.1), so that the random state matters.

    Args:
        folder: made if missing.
        texts: the tokenizer knows their 2,000 most frequent words, and every character, alone and as a continuation.
        layers: encoder layers, at least 1.
        width: hidden size, a multiple of 2; two heads, and a feed-forward half of twice the width.
        positions: longest input in tokens.
        seed: of the weights.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(_vocabulary(texts), positions)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * width,
        max_position_embeddings=positions,
        initializer_range=width**-0.5,  # BERT's own 0.02 would leave so narrow a model mute
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _vocabulary(texts: Iterable[str]) -> dict[str, int]:
    words = Counter(word for text in texts for word in re.findall(r"\w+|[^\w\s]", text.lower()))
    letters = sorted({letter for word in words for letter in word})
    known = [*_SPECIAL.values(), *letters, *(f"##{letter}" for letter in letters)]
    known += [word for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0]))[:_WORDS]]
    return {piece: number for number, piece in enumerate(dict.fromkeys(known))}


def _tokenizer(vocabulary: dict[str, int], positions: int) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=_SPECIAL["unk_token"]))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=positions, **_SPECIAL)
