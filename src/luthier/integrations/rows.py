"""Rows and settings without a trainer, prepared as Trainer would prepare them."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from transformers import DataCollatorWithPadding, default_data_collator

from luthier.errors import InputError, ModelError
from luthier.integrations.opened import Opened, base_of, columns_of, made_by, plain_model

_ALWAYS = ("label", "label_ids", "labels", "start_positions", "end_positions")


def opened_rows(rows: Any, model: Any, args: Any, collator: Any) -> Opened:
    """What a trainer made of these would train.

    Args:
        rows: a data set, or a list of mappings.
        model: a model in memory; None, and then batches cannot be judged.
        args: TrainingArguments, or what derives from them.
        collator: what makes batches; None means Trainer's own choice.

    Raises:
        InputError: the rows are none, or the model is only named.
    """
    if isinstance(model, str):
        raise InputError(
            f"model={model!r} is a name", next_step="pass the model in memory: the object that Trainer would get"
        )
    if not hasattr(rows, "__getitem__") or not hasattr(rows, "__len__") or not len(rows):
        raise InputError(f"a {type(rows).__name__} holds no rows", next_step="pass a data set or a list of mappings")
    tokenizer = getattr(collator, "tokenizer", None)
    return Opened(
        model=plain_model(model) if model is not None else None,
        args=args,
        rows=rows,
        columns=columns_of(rows),
        prepare=lambda: _prepared(rows, model, args, collator, tokenizer),
        tokenizer=getattr(tokenizer, "tokenizer", tokenizer),
    )


def _prepared(
    rows: Any, model: Any, args: Any, collator: Any, tokenizer: Any
) -> tuple[Any, Callable[[list[Any]], Any]]:
    """Rows without the columns that Trainer takes out, and the collator that it would take."""
    if model is None:
        raise ModelError("no model was given, so that its batches cannot be judged", next_step="pass model=")
    if made_by(args, "trl") and "input_ids" not in columns_of(rows):
        raise ModelError("TRL prepares its rows itself", next_step="pass the trainer instead of the rows")
    if collator is None:
        collator = DataCollatorWithPadding(tokenizer) if tokenizer is not None else default_data_collator
    if not getattr(args, "remove_unused_columns", True):
        return rows, collator
    takes = {*inspect.signature(base_of(model).forward).parameters, *_ALWAYS}
    kept = [name for name in columns_of(rows) if name in takes]
    if not kept:
        raise ModelError(f"the model takes none of the columns {', '.join(columns_of(rows))}")
    return rows, lambda few: collator([_only(row, kept) for row in few])


def _only(row: Mapping[str, Any], kept: list[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in kept}
