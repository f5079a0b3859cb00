"""A trainer, looked into: what it trains, on which rows, through which collator. It stays as it was."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """What is about to be trained.

    Attributes:
        model: a Transformers model, or a PEFT model around one.
        args: TrainingArguments or what derives from them.
        rows: the training rows with all columns of the data set; None where there are none.
        columns: names of these columns.
        prepare: a context in which (rows as the collator gets them, collator) are at hand.
        tokenizer: tokenizer or processor; None where none was given.
        by_trl: whether TRL prepared the rows.
        aligns: whether the trainer was given a tokenizer, with whose padding and end tokens it overwrites those of the
            model's config when training starts (Transformers 5).
        evaluation: rows that will be scored; None where there are none, or several data sets.
        scored_rows: how many they are, over all data sets; 0 where there are none, None where they are a stream.
        keeps_scores: whether its evaluations keep the scores of all rows: metrics want them, and nothing makes them
            smaller first.
        loader: gives the loader of training batches; None where there is none.
        losses: class names of the losses of a trainer of Sentence Transformers, inner ones too; none of others.
        code: what of the user's own code handles batches: its name to the function or object.
    """

    model: Any
    args: Any
    rows: Any
    columns: tuple[str, ...]
    prepare: Callable[[], tuple[Any, Callable[[list[Any]], Any]]]
    tokenizer: Any = None
    by_trl: bool = False
    aligns: bool = False
    evaluation: Any = None
    scored_rows: int | None = None
    keeps_scores: bool = False
    loader: Callable[[], Any] | None = None
    losses: tuple[str, ...] = ()
    code: Mapping[str, Any] = field(default_factory=dict)


def of_trainer(trainer: Any) -> Opened:
    """Look into a `transformers.Trainer` or what derives from it."""
    loader = cache(trainer.get_train_dataloader)  # one that groups rows by length reads them all when it is made

    def prepare() -> tuple[Any, Callable[[list[Any]], Any]]:
        return loader().dataset, loader().collate_fn

    evaluation = getattr(trainer, "eval_dataset", None)
    return Opened(
        model=plain_model(trainer.model),
        args=trainer.args,
        rows=trainer.train_dataset,
        columns=columns_of(trainer.train_dataset),
        prepare=prepare,
        tokenizer=tokenizer_of(trainer),
        by_trl=made_by(trainer, "trl"),
        aligns=getattr(trainer, "processing_class", None) is not None,
        evaluation=None if isinstance(evaluation, dict) else evaluation,
        scored_rows=_count(evaluation),
        keeps_scores=_keeps_scores(trainer),
        loader=loader,
        losses=_losses_of(getattr(trainer, "loss", None)),
        code={
            "compute_loss": getattr(trainer, "compute_loss", None),
            "compute_loss_func": getattr(trainer, "compute_loss_func", None),
            "the collator": trainer.data_collator,
        },
    )


def _count(rows: Any) -> int | None:
    if rows is None:
        return 0
    parts = list(rows.values()) if isinstance(rows, dict) else [rows]
    return sum(map(len, parts)) if all(hasattr(part, "__len__") for part in parts) else None


def _keeps_scores(trainer: Any) -> bool:
    """As Trainer decides it (Transformers 5.24); generated texts are kept as ids."""
    args = trainer.args
    smaller = getattr(trainer, "preprocess_logits_for_metrics", None) is not None
    whole = not any(
        getattr(args, name, False) for name in ("prediction_loss_only", "batch_eval_metrics", "predict_with_generate")
    )
    return getattr(trainer, "compute_metrics", None) is not None and whole and not smaller


def _losses_of(loss: Any) -> tuple[str, ...]:
    """Class names of a loss, of each where there are several, and of those that they wrap."""
    if isinstance(loss, Mapping):
        return tuple(dict.fromkeys(name for one in loss.values() for name in _losses_of(one)))
    if not isinstance(loss, torch.nn.Module):
        return ()
    return (type(loss).__name__, *_losses_of(getattr(loss, "loss", None)))


def made_by(thing: object, library: str) -> bool:
    """Whether a class of this library is among the ancestors of the thing's class."""
    return any(kind.__module__.partition(".")[0] == library for kind in type(thing).__mro__)


def tokenizer_of(trainer: Any) -> Any:
    """The trainer's tokenizer, else that of its collator; the tokenizer of a processor."""
    known = getattr(trainer, "processing_class", None) or getattr(trainer.data_collator, "tokenizer", None)
    return getattr(known, "tokenizer", known)


def plain_model(model: Any) -> Any:
    """The model inside what parallel training wraps around it."""
    while hasattr(model, "module") and not hasattr(model, "config"):
        model = model.module
    return model


def base_of(model: Any) -> Any:
    """The Transformers model inside a PEFT model, else the model itself."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def columns_of(dataset: Any) -> tuple[str, ...]:
    """Columns of a data set: those that it names, else the keys of its first row."""
    named = getattr(dataset, "column_names", None)
    if isinstance(named, Sequence):
        return tuple(str(name) for name in named)
    if hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__") and len(dataset):
        first = dataset[0]
        return tuple(str(name) for name in first) if isinstance(first, Mapping) else ()
    return ()


@contextmanager
def undisturbed(*things: Any) -> Iterator[None]:
    """Afterwards random state and the attributes of these objects are what they were, and so is every module's mode.

    Args:
        things: objects whose attributes are put back: a trainer, its collator. Where one has a `model`, its modules are
            put back into training or evaluation mode; where one has an `accelerator`, what was prepared meanwhile is
            forgotten by it.
    """
    kept = [_Kept(thing) for thing in _with_inner(things)]
    state = _random_state(things)
    try:
        yield
    finally:
        _restore(state)
        for one in kept:
            one.put_back()


def _with_inner(things: Sequence[Any]) -> list[Any]:
    """The things, and the collators inside them."""
    found: list[Any] = []
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if thing is None or any(thing is one for one in found) or not hasattr(thing, "__dict__"):
            continue
        found.append(thing)
        waiting.append(getattr(thing, "data_collator", None))
    return found


class _Kept:
    """One object as it was."""

    def __init__(self, thing: Any) -> None:
        self._thing, self._attributes = thing, dict(vars(thing))
        model = self._attributes.get("model")
        self._modes = [(m, m.training) for m in model.modules()] if isinstance(model, torch.nn.Module) else []
        self._prepared = getattr(getattr(thing, "accelerator", None), "_dataloaders", None)
        self._count = len(self._prepared or ())

    def put_back(self) -> None:
        now = vars(self._thing)
        for name in [name for name in now if name not in self._attributes]:
            del now[name]
        now.update(self._attributes)
        for module, training in self._modes:
            module.training = training
        if self._prepared is not None:
            del self._prepared[self._count :]


def _random_state(things: Sequence[Any]) -> list[Callable[[], object]]:
    """What puts every source of randomness back: Python's, numpy's, torch's, and generators of the collators."""
    python, numbers, torches = random.getstate(), np.random.get_state(), torch.get_rng_state()
    back: list[Callable[[], object]] = [
        lambda: random.setstate(python),
        lambda: np.random.set_state(numbers),
        lambda: torch.set_rng_state(torches),
    ]
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        states = torch.cuda.get_rng_state_all()
        back.append(lambda: torch.cuda.set_rng_state_all(states))
    for thing in _with_inner(things):
        back += [_back_of(value) for value in vars(thing).values() if _is_generator(value)]
    return back


def _is_generator(value: object) -> bool:
    return isinstance(value, torch.Generator | np.random.Generator | random.Random)


def _back_of(generator: Any) -> Callable[[], object]:
    if isinstance(generator, torch.Generator):
        torch_state = generator.get_state()
        return lambda: generator.set_state(torch_state)
    if isinstance(generator, random.Random):
        python_state = generator.getstate()
        return lambda: generator.setstate(python_state)
    state = generator.bit_generator.state

    def back() -> None:
        generator.bit_generator.state = state

    return back


def _restore(state: list[Callable[[], object]]) -> None:
    for back in state:
        back()
