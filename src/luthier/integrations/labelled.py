"""The labelled texts of a classifier's trainer, where its data sets still have them."""

from collections.abc import Iterable, Mapping
from typing import Any

from luthier.errors import InputError
from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts, SplitName
from luthier.integrations.given import class_names
from luthier.integrations.opened import Opened, base_of, columns_of
from luthier.models.tokenizer import TextTokenizer
from luthier.stages.data.columns import TEXT_NAMES
from luthier.stages.data.given import profile_given

MOST_ROWS = 100_000
"""Rows of all splits that are read; reading and hashing them takes a few seconds."""
_LABELS = ("label", "labels", "label_ids")
_UNNAMED = "LABEL_"


def data_of(opened: Opened, evaluation: Any, census: BatchCensus | None) -> DataFacts:
    """Facts of the rows.

    Args:
        opened: the trainer.
        evaluation: its evaluation rows; None where it has none, or several data sets.
        census: what its batches hold.

    Raises:
        InputError: the rows are not labelled texts, or their texts are gone.
    """
    if census is not None and census.kind != "classes":
        raise InputError("the rows are not texts with one label each")
    text = next((name for name in TEXT_NAMES if name in opened.columns), "")
    label = next((name for name in _LABELS if name in opened.columns), "")
    if not text or not label:
        raise InputError("the data set no longer has its texts beside its labels")
    parts: dict[SplitName, list[tuple[str, Any]]] = {"train": _pairs(opened.rows, text, label)}
    if evaluation is not None and {text, label} <= set(columns_of(evaluation)):
        parts["validation"] = _pairs(evaluation, text, label)
    if not _usable(parts):
        raise InputError(f"the column {text} does not hold texts, or more than {MOST_ROWS:,} of them")
    names = _names(opened)
    ids = sorted({one for rows in parts.values() for _, one in rows}, key=lambda one: (str(type(one)), one))
    called = {one: names.get(one, str(one)) for one in ids}
    told: dict[SplitName, list[tuple[str, str]]] = {
        split: [(words, called[one]) for words, one in rows] for split, rows in parts.items()
    }
    fast = bool(getattr(opened.tokenizer, "is_fast", False))
    return profile_given(
        "train_dataset",
        told,
        text=text,
        label=label,
        classes=tuple(dict.fromkeys(called.values())),
        tokenizer=TextTokenizer(opened.tokenizer) if fast else None,
        max_tokens=(census.limit if census is not None else None) or 512,
    )


def _pairs(rows: Any, text: str, label: str) -> list[tuple[str, Any]]:
    """Text and label of each row with a label that is one value and not ignored."""
    if not hasattr(rows, "__len__") or len(rows) > MOST_ROWS:
        return []
    pairs: Iterable[tuple[Any, Any]]
    if hasattr(rows, "column_names"):
        pairs = zip(rows[text][:], rows[label][:], strict=True)
    else:
        pairs = ((row[text], row[label]) for row in rows)
    return [(words, one) for words, one in pairs if isinstance(one, int | str | float) and one != -100]


def _usable(parts: Mapping[SplitName, list[tuple[str, Any]]]) -> bool:
    train = parts["train"]
    return len(train) > 1 and all(isinstance(words, str) for rows in parts.values() for words, _ in rows)


def _names(opened: Opened) -> dict[object, str]:
    """Class id to name, from the data set's features or the model's config; empty where both only number them."""
    if known := class_names(opened.rows):
        return dict(enumerate(known))
    names = getattr(getattr(base_of(opened.model), "config", None), "id2label", None) or {}
    if all(str(name).startswith(_UNNAMED) for name in names.values()):
        return {}
    return {int(number): str(name) for number, name in names.items()}
