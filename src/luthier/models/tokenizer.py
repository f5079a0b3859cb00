"""Texts to token ids with a model's own tokenizer."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from transformers.tokenization_utils_base import PreTrainedTokenizerBase

_CHUNK = 10_000


def token_ids(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], max_tokens: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Tokenize texts, special tokens included, cut at `max_tokens`.

    Returns:
        All ids one after the other, shape (tokens,), and where each text starts, shape (texts + 1,).
    """
    parts: list[npt.NDArray[np.int32]] = []
    lengths = np.zeros(len(texts) + 1, dtype=np.int64)
    done = 0
    for ids in _encoded(tokenizer, texts, max_tokens):
        parts.append(np.array([i for row in ids for i in row], dtype=np.int32))
        lengths[done + 1 : done + 1 + len(ids)] = [len(row) for row in ids]
        done += len(ids)
    flat = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
    return flat, np.cumsum(lengths)


def _encoded(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], max_tokens: int) -> Iterator[list[list[int]]]:
    for start in range(0, len(texts), _CHUNK):
        yield tokenizer(
            list(texts[start : start + _CHUNK]),
            truncation=True,
            max_length=max_tokens,
            return_attention_mask=False,
            return_token_type_ids=False,
        )["input_ids"]
