"""A tokenizer for tests: one token a word, BOS before and an end token behind where asked for."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class Words:
    """Words at blanks; `<s>`, `</s>` and `<end>` are special tokens wherever they stand.

    Args:
        bos, eos: whether plain encoding adds them.
    """

    def __init__(self, *, bos: bool = False, eos: bool = False) -> None:
        self._bos, self._eos = bos, eos
        self._known = {"<s>": 0, "</s>": 1, "<end>": 2}
        self.special = {"bos": 0, "eos": 1}
        self.special_text = {"bos": "<s>", "eos": "</s>"}
        self.special_ids = (0, 1, 2)
        self.unknown_id = None
        self.special_tokens = int(bos) + int(eos)

    def ids(
        self, texts: Sequence[str], max_tokens: int | None, special: bool = True
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """See `tokens.RowTokenizer`."""
        rows = [self._row(text, special)[:max_tokens] for text in texts]
        flat = np.array([token for row in rows for token in row], np.int32)
        return flat, np.cumsum([0, *map(len, rows)])

    def _row(self, text: str, special: bool) -> list[int]:
        for mark in ("<s>", "</s>", "<end>"):
            text = text.replace(mark, f" {mark} ")
        found = [self._known.setdefault(word, len(self._known)) for word in text.split()]
        return [*[0] * (special and self._bos), *found, *[1] * (special and self._eos)]
