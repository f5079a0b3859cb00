"""Texts to token ids with a model's own tokenizer."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from transformers import AutoConfig, AutoTokenizer
from transformers.tokenization_utils_base import PreTrainedTokenizerBase

from luthier.errors import ModelError
from luthier.models.foreign import translated

_CHUNK = 500
_ROLES = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")


class TextTokenizer:
    """A model's own fast tokenizer.

    Attributes:
        unknown_id, pad_id, mask_id: ids of special tokens; None where the tokenizer has none (`pad_id` is 0 then).
        special, special_text: role ("bos", "eos", "unk", …) to id and to the token itself, where set.
        special_ids: all special ids.
        special_tokens: how many of them are added to each text.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        self.unknown_id: int | None = tokenizer.unk_token_id
        self.pad_id: int = tokenizer.pad_token_id or 0
        self.mask_id: int | None = tokenizer.mask_token_id
        named = {role: getattr(tokenizer, f"{role}_token") for role in _ROLES}
        self.special_text: dict[str, str] = {role: str(token) for role, token in named.items() if token is not None}
        self.special: dict[str, int] = {role: getattr(tokenizer, f"{role}_token_id") for role in self.special_text}
        self.special_ids: tuple[int, ...] = tuple(tokenizer.all_special_ids)
        self.special_tokens: int = tokenizer.num_special_tokens_to_add()

    @classmethod
    def load(cls, folder: Path, *, alone: bool = False) -> "TextTokenizer":
        """Read the tokenizer of a model.

        Args:
            folder: of the model.
            alone: it lies there without a model, as beside an adapter; its tokens are compared with no embeddings.

        Raises:
            ModelError: it is missing or damaged, has no fast form, or knows more tokens than the model.
        """
        with translated("the tokenizer cannot be loaded", folder, "put the model's tokenizer.json beside its weights"):
            tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, use_fast=True)
            if not tokenizer.is_fast:
                raise ValueError("it has no fast form")
            if len(tokenizer.get_vocab()) <= len(tokenizer.all_special_ids):
                raise ValueError("no vocabulary is there")
            loaded = cls(tokenizer)
            loaded.ids(["a text"], 8)
            highest = max(tokenizer.get_vocab().values(), default=0)
            rows = highest + 1 if alone else AutoConfig.from_pretrained(folder, trust_remote_code=False).vocab_size
        if highest >= rows:
            raise ModelError(
                f"the tokenizer has a token number {highest:,}, and the model has embeddings for {rows:,}",
                where=str(folder),
                next_step="put the tokenizer that belongs to the model beside its weights",
            )
        return loaded

    def ids(
        self, texts: Sequence[str], max_tokens: int | None, special: bool = True
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Tokenize texts.

        Args:
            texts: any number of texts.
            max_tokens: where each is cut, special tokens included; None for no cut.
            special: whether special tokens are added.

        Returns:
            All ids one after the other, shape (tokens,), and where each text starts, shape (texts + 1,).
        """
        parts: list[npt.NDArray[np.int32]] = []
        lengths = [0]
        for rows in self._encoded(texts, max_tokens, special):
            parts.append(np.array([token for row in rows for token in row], dtype=np.int32))
            lengths += [len(row) for row in rows]
        flat = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
        return flat, np.cumsum(np.array(lengths, dtype=np.int64))

    def _encoded(self, texts: Sequence[str], max_tokens: int | None, special: bool) -> Iterator[list[list[int]]]:
        """Ids of each text by the Rust tokenizer itself: what Transformers puts around it took a third of the time."""
        rust = self._tokenizer.backend_tokenizer
        rust.no_padding()
        if max_tokens is None:
            rust.no_truncation()
        else:
            rust.enable_truncation(max_tokens, direction=self._tokenizer.truncation_side)
        for start in range(0, len(texts), _CHUNK):
            encoded = rust.encode_batch_fast(list(texts[start : start + _CHUNK]), add_special_tokens=special)
            yield [row.ids for row in encoded]

    def save(self, folder: Path, max_tokens: int) -> None:
        """Write the tokenizer's files beside a model; what loads them cuts where training cut."""
        self._tokenizer.model_max_length = max_tokens
        self._tokenizer.save_pretrained(folder)
