"""Metrics of live scenes, right ones and wrong ones, small enough to need no library."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from luthier.integrations.kinds import IGNORED

Metric = Callable[[Any], dict[str, float]]


def named(name: str, trainer: Any) -> Metric:
    """A metric of the option `scored_by` for this trainer."""
    return METRICS[name](trainer.processing_class)


def corpus_bleu(texts: Sequence[str], streams: Sequence[Sequence[str]]) -> float:
    """Percent of word pairs that a text has in common with the best of its references; the first of each stream belongs
    to the first text, as in sacreBLEU.
    """
    found = total = 0
    for text, *references in zip(texts, *streams, strict=False):
        ours = _pairs(text)
        found += max((ours & _pairs(one)).total() for one in references)
        total += ours.total()
    return 100 * found / max(1, total)


def _pairs(text: str) -> "Counter[tuple[str, str]]":
    return Counter(pairwise(text.split()))


def _bleu(tokenizer: Any) -> Metric:
    return lambda asked: {
        "bleu": corpus_bleu(_texts(tokenizer, asked.predictions), [_texts(tokenizer, asked.label_ids)])
    }


def _bleu_of_rows(tokenizer: Any) -> Metric:
    def bleu(asked: Any) -> dict[str, float]:
        wanted = _texts(tokenizer, asked.label_ids)
        return {"bleu": corpus_bleu(_texts(tokenizer, asked.predictions), [[one] for one in wanted])}

    return bleu


def _bleu_of_raw_labels(tokenizer: Any) -> Metric:
    def bleu(asked: Any) -> dict[str, float]:
        wanted = tokenizer.batch_decode(asked.label_ids, skip_special_tokens=True)
        return {"bleu": corpus_bleu(_texts(tokenizer, asked.predictions), [wanted])}

    return bleu


def _texts(tokenizer: Any, ids: Any) -> list[str]:
    filled = np.where(ids == IGNORED, tokenizer.pad_token_id, ids)
    texts: list[str] = tokenizer.batch_decode(filled, skip_special_tokens=True)
    return texts


def _token_accuracy(shift: int) -> Callable[[Any], Metric]:
    def accuracy(asked: Any) -> dict[str, float]:
        labels = asked.label_ids[:, shift:]
        predicted = asked.predictions.argmax(-1)[:, : labels.shape[1]]
        return {"accuracy": float((predicted == labels)[labels != IGNORED].mean())}

    return lambda tokenizer: accuracy


def _labels_with_themselves(tokenizer: Any) -> Metric:
    return lambda asked: {"accuracy": float((asked.label_ids == asked.label_ids).mean())}


METRICS: dict[str, Callable[[Any], Metric]] = {
    "bleu": _bleu,
    "bleu, rows taken for references": _bleu_of_rows,
    "bleu of raw labels": _bleu_of_raw_labels,
    "token accuracy": _token_accuracy(1),
    "token accuracy, not shifted": _token_accuracy(0),
    "accuracy of the labels": _labels_with_themselves,
}
"""Option to the metric: "bleu" of generated texts; with rows taken for references, as when references are passed the
wrong way round; of labels from which -100 was not taken out; accuracy of next tokens, with the shift and without; and
accuracy of labels against themselves.
"""
