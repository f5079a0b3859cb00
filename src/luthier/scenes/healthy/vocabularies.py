"""Tokenizers of the healthy runs: words and letters for BERT and T5, bytes for GPT-2, learned from the scenes' rows."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from luthier.failures import _corpora

ROWS = 160
WORDS = 600
MERGES = 500
TURNS = ("<|user|>", "<|assistant|>", "<|end|>")
_BEGIN, _PAD = "<|endoftext|>", "<|pad|>"


@cache
def texts() -> tuple[str, ...]:
    """Texts from which vocabularies are learned."""
    return tuple(text for corpus in ("topics", "reviews") for text in _corpora.make(corpus, ROWS)["text"].to_pylist())


def _vocabulary(special: tuple[str, ...]) -> dict[str, int]:
    """Special tokens, then every letter, alone and as a continuation, then the most frequent words."""
    words = Counter(word for text in texts() for word in re.findall(r"\w+|[^\w\s]", text.lower()))
    letters = sorted(
        {letter for word in words for letter in word} | set("abcdefghijklmnopqrstuvwxyz0123456789.,:;!?'-")
    )
    known = [*special, *letters, *(f"##{letter}" for letter in letters)]
    known += [word for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0]))[:WORDS]]
    return {piece: number for number, piece in enumerate(dict.fromkeys(known))}


def _pieces(special: tuple[str, ...], unknown: str) -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(_vocabulary(special), unk_token=unknown))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(list(special))
    return tokenizer


@cache
def encoder_tokens(cut: int) -> tuple[str, int]:
    """tokenizer.json of a BERT that was used with this cut, and the number of its tokens."""
    tokenizer = _pieces(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"), "[UNK]")
    ends = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.enable_truncation(cut)
    return tokenizer.to_str(), tokenizer.get_vocab_size()


@cache
def sequence_tokens(cut: int) -> tuple[str, int]:
    """tokenizer.json of a T5: every text ends with </s>."""
    tokenizer = _pieces(("<pad>", "</s>", "<unk>"), "<unk>")
    end = [("</s>", tokenizer.token_to_id("</s>"))]
    tokenizer.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", end)
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.enable_truncation(cut)
    return tokenizer.to_str(), tokenizer.get_vocab_size()


@cache
def decoder_tokens() -> tuple[str, dict[str, int]]:
    """tokenizer.json of a GPT-2 with tokens for turns, and every token's id."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = [_BEGIN, _PAD, *TURNS]
    size = len(special) + len(alphabet) + MERGES
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=alphabet, special_tokens=special, show_progress=False
    )
    tokenizer.train_from_iterator(texts(), trainer)
    return tokenizer.to_str(), tokenizer.get_vocab()
