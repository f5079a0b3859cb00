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
    return sum(not _fits(row, a, b, tokenizer) for row, (a, b) in zip(rows, _labelled(batch), strict=True))


def on_padding(batch: Batch, rows: list[TokenRow]) -> int:
    """Rows whose span begins or ends on padding, such as "no answer" at the first place of a row padded on the left."""
    spans = zip(rows, _labelled(batch), strict=True)
    return sum(any(0 <= one < len(row.ids) and row.padding[one] for one in span) for row, span in spans)


def _labelled(batch: Batch) -> list[tuple[int, int]]:
    first, last = (batch.tensors[name].tolist() for name in ("start_positions", "end_positions"))
    return [(int(a), int(b)) for a, b in zip(first, last, strict=True)]


def supervised(batch: Batch, rows: list[TokenRow]) -> list[int]:
    """Per row, how many of its two positions enter the loss: Transformers ignores one beyond the input."""
    width = batch.tensors["input_ids"].shape[1]
    return [(0 <= a < width) + (0 <= b < width) for a, b in _labelled(batch)][: len(rows)]


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
