"""Evidence of a trainer in memory: everything that failures may know of it before it is started."""

import math
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from luthier.errors import LuthierError
from luthier.facts.report import Evidence
from luthier.facts.trace import Trace
from luthier.integrations.arguments import arguments_of
from luthier.integrations.census import census
from luthier.integrations.labelled import data_of
from luthier.integrations.model import adapter_of, config_of, facts_of, weights_of
from luthier.integrations.opened import Opened, of_trainer, undisturbed
from luthier.integrations.optimiser import optimiser_of
from luthier.integrations.tokenizer import tokenizer_facts
from luthier.models.foreign import translated
from luthier.stages.diagnose.translated import patient, plan_of

T = TypeVar("T")
_LATE = "nothing was trained yet"
_NOT_GIVEN = {
    "arguments": "no settings were given",
    "plan": "no settings were given",
    "model": "there is no model, or its config does not say how large it is",
    "config": "no model was given",
    "weights": "no model was given",
    "adapter": "the model has no adapter",
    "tokenizer": "no tokenizer was given",
    "pairs": "rows of a trainer are seen in its batches alone",
    "spans": "rows of a trainer are seen in its batches alone",
    "trial": "no trial was asked for",
    "optimiser": "the trainer makes its optimiser itself",
}


def evidence_of(trainer: Any, batches: int = 2) -> Evidence:
    """Look at a `transformers.Trainer` or what derives from it; it stays as it was.

    Args:
        trainer: nobody needs to have started it.
        batches: batches that the census takes.
    """
    with undisturbed(trainer):
        evaluation = getattr(trainer, "eval_dataset", None)
        found = evidence(of_trainer(trainer), None if isinstance(evaluation, dict) else evaluation, batches)
    found = replace(found, optimiser=optimiser_of(trainer))
    patience = _patience(trainer)
    if found.plan is not None and patience:
        return replace(found, plan=patient(found.plan, patience))
    return found


def evidence(opened: Opened, evaluation: Any = None, batches: int = 2) -> Evidence:
    """As `evidence_of`, of what was opened by other means.

    Args:
        opened: what is about to be trained.
        evaluation: rows that will be scored; None where there are none.
        batches: batches that the census takes.
    """
    missing = {field.name: _LATE for field in fields(Evidence)} | _NOT_GIVEN
    model, args = opened.model, opened.args
    arguments = arguments_of(args, opened.losses) if args is not None else None
    counted = _tried(lambda: census(opened, batches), "census", missing)
    config = config_of(model) if model is not None else None
    weights = weights_of(model) if model is not None else None
    adapter = adapter_of(model) if model is not None else None
    tokenizer, length = opened.tokenizer, _length(opened)
    return Evidence(
        data=_tried(lambda: data_of(opened, evaluation, counted), "data", missing),
        model=facts_of(model, config, weights) if config is not None and weights is not None else None,
        plan=plan_of(arguments, config, adapter, length),
        arguments=arguments,
        tokenizer=_tried(lambda: tokenizer_facts(tokenizer, model), "tokenizer", missing)
        if tokenizer is not None
        else None,
        census=replace(counted, steps=length.total_steps) if counted is not None and length is not None else counted,
        config=config,
        weights=weights,
        adapter=adapter,
        missing=missing,
    )


def _tried(measure: Callable[[], T], part: str, missing: dict[str, str]) -> T | None:
    try:
        with translated(f"the {part} cannot be measured", part, "tell us of this model and its rows"):
            return measure()
    except LuthierError as error:
        missing[part] = error.what
        return None


def _length(opened: Opened) -> Trace | None:
    """The length of the run in steps, as Trainer will count it, in the form of a log without entries."""
    args, rows = opened.args, opened.rows
    if args is None or not hasattr(rows, "__len__"):
        return None
    batch = args.per_device_train_batch_size * max(1, getattr(args, "n_gpu", 1)) * getattr(args, "world_size", 1)
    batches = len(rows) // batch if getattr(args, "dataloader_drop_last", False) else math.ceil(len(rows) / batch)
    steps = max(1, math.ceil(batches / args.gradient_accumulation_steps))
    total = args.max_steps if args.max_steps > 0 else math.ceil(args.num_train_epochs * steps)
    nothing = np.zeros(0)
    return Trace(nothing, nothing, {}, {}, total_steps=total, steps_per_epoch=steps)


def _patience(trainer: Any) -> int:
    """Evaluations without a better score after which a callback stops the run; 0 where none does."""
    callbacks = getattr(getattr(trainer, "callback_handler", None), "callbacks", ())
    found = (getattr(one, "early_stopping_patience", 0) for one in callbacks)
    return next((value for value in found if isinstance(value, int) and value > 0), 0)
