"""Labelled spans against the answers that they should mark."""

import re
from typing import Any

from luthier.integrations.batches import Batch
from luthier.integrations.opened import Row
from luthier.integrations.tokens import TokenRow


def unfit(batch: Batch, rows: list[TokenRow], tokenizer: Any) -> int:
    """Rows whose span lies outside the input, is turned round, or decodes to something else than their answer.

    A span at the first token means "no answer here" and fits any row: its answer may lie in another window.
    """
    first, last = (batch.tensors[name].tolist() for name in ("start_positions", "end_positions"))
    return sum(not _fits(row, int(a), int(b), tokenizer) for row, a, b in zip(rows, first, last, strict=True))


def supervised(batch: Batch, rows: list[TokenRow]) -> list[int]:
    """Per row, how many of its two positions enter the loss: Transformers ignores one beyond the input."""
    width = batch.tensors["input_ids"].shape[1]
    both = zip(batch.tensors["start_positions"].tolist(), batch.tensors["end_positions"].tolist(), strict=True)
    return [(0 <= a < width) + (0 <= b < width) for a, b in both][: len(rows)]


def _fits(row: TokenRow, first: int, last: int, tokenizer: Any) -> bool:
    if first == 0 and last == 0:
        return True
    if not 0 <= first <= last < len(row.ids) or row.padding[first] or row.padding[last]:
        return False
    answers = _answers(row.own)
    if not answers or tokenizer is None:
        return True
    marked = _plain(tokenizer.decode(row.ids[first : last + 1]))
    return any(_plain(answer) == marked for answer in answers)


def _answers(own: Row) -> list[str]:
    answers = own.get("answers", own.get("answer"))
    if isinstance(answers, dict):
        answers = answers.get("text")
    if isinstance(answers, str):
        return [answers]
    return [str(one) for one in answers] if isinstance(answers, list) else []


def _plain(text: str) -> str:
    """Letters and digits alone, lower-cased: what decoding keeps of any text."""
    return re.sub(r"\W+", "", text).lower()
