"""A trainer held still: whatever is tried on it, what stands around the model is afterwards what it was.

The model itself is kept by `stages/trial/found.py`.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from luthier.integrations.opened import undisturbed

_MOST = 1_000
"""Entries of a container that is looked into; a list of rows is longer, and nobody writes into it here."""
_DEPTH = 3


@contextmanager
def held(trainer: Any) -> Iterator[None]:
    """Callbacks are deaf, nothing is pushed to a hub, and attributes, counters, logs and optimiser are put back."""
    handler, accelerator, model = trainer.callback_handler, trainer.accelerator, trainer.model
    around = [trainer.args, trainer.state, trainer.control, handler, accelerator, accelerator.gradient_state]
    around += [getattr(model, name, None) for name in ("config", "generation_config")]
    kept = [_Kept(thing) for thing in (trainer, *around) if hasattr(thing, "__dict__")]
    optimiser = OptimiserFound(trainer.optimizer) if trainer.optimizer is not None else None
    with undisturbed(trainer):
        try:
            handler.callbacks = []
            trainer.args.push_to_hub = False
            yield
        finally:
            if optimiser is not None:
                optimiser.put_back()
            for one in reversed(kept):
                one.put_back()


class OptimiserFound:
    """An optimiser as it was found: its state and the settings of its groups."""

    def __init__(self, optimiser: Any) -> None:
        self.optimiser = getattr(optimiser, "optimizer", optimiser)  # Accelerate wraps it
        self._state = {key: _copied(value) for key, value in self.optimiser.state.items()}
        self._groups = [{k: _copied(v) for k, v in g.items() if k != "params"} for g in self.optimiser.param_groups]

    def put_back(self) -> None:
        """State and settings as they were."""
        self.optimiser.state.clear()
        self.optimiser.state.update({key: _copied(value) for key, value in self._state.items()})
        for group, settings in zip(self.optimiser.param_groups, self._groups, strict=True):
            for name in [name for name in group if name != "params" and name not in settings]:
                del group[name]
            group.update({name: _copied(value) for name, value in settings.items()})


def _copied(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return copy.copy(value)


class _Kept:
    """Attributes of an object, and what stands in its lists and dictionaries."""

    def __init__(self, thing: Any) -> None:
        self._thing, self._attributes = thing, dict(vars(thing))
        self._contents = [(one, one.copy()) for value in self._attributes.values() for one in _containers(value)]

    def put_back(self) -> None:
        now = vars(self._thing)
        now.clear()
        now.update(self._attributes)
        for container, content in self._contents:
            container.clear()
            (container.extend if isinstance(container, list) else container.update)(content)


def _containers(value: Any, depth: int = _DEPTH) -> list[Any]:
    """Lists, dictionaries and sets, and those inside them."""
    if not isinstance(value, list | dict | set) or len(value) > _MOST or depth == 0:
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(one for entry in inner for one in _containers(entry, depth - 1))]
