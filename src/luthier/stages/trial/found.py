"""A model and the random state as they were found, and back to it.

Weights that learn, and buffers, are copied. Of every other tensor the storage is remembered, which serves as long as
nobody writes into it, and no experiment does: frozen weights get no gradient and stand in no optimiser.
"""

import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import numpy as np
import torch
from torch import Tensor, nn

SEED = 20


@contextmanager
def random_state_kept() -> Iterator[None]:
    """Python's, NumPy's and torch's random states afterwards are those before, whatever the block draws."""
    python, numpy, cpu = random.getstate(), np.random.get_state(), torch.get_rng_state()
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(cpu)
        if devices:
            torch.cuda.set_rng_state_all(devices)


def seed(value: int = SEED) -> None:
    """The same random numbers for every experiment, whichever ran before it."""
    random.seed(value)
    np.random.seed(value)
    torch.manual_seed(value)


@contextmanager
def as_found(model: nn.Module) -> Iterator[Callable[[], None]]:
    """Hand a model to experiments and have it back unchanged, also when one of them raises or is interrupted.

    Weights, buffers, gradients, modes, `requires_grad`, hooks and every other attribute of every module, and the random
    states, are bit for bit what they were.

    Yields:
        A function that puts the model back between two experiments, with no gradients.
    """
    found = _Found(model)
    with random_state_kept():
        try:
            found.put_back()
            yield found.put_back
        finally:
            with _uninterrupted():
                found.put_back()
                found.put_gradients_back()


class _Found:
    def __init__(self, model: nn.Module) -> None:
        self._modules = [(module, dict(vars(module)), _contents(module)) for module in model.modules()]
        tensors = [*model.parameters(), *model.buffers()]
        parameters = {id(p) for p in model.parameters()}
        self._tensors = [
            (t, t.data, t.data.clone() if t.requires_grad or id(t) not in parameters else None, t.requires_grad)
            for t in tensors
        ]
        self._gradients = [(t, t.grad) for t in tensors if t.is_leaf]

    def put_back(self) -> None:
        for module, attributes, contents in self._modules:
            vars(module).clear()
            vars(module).update(attributes)
            for name, content in contents.items():
                holder = attributes[name]
                holder.clear()
                holder.update(content)
        for tensor, data, copy, learns in self._tensors:
            _restore(tensor, data, copy, learns)

    def put_gradients_back(self) -> None:
        for tensor, gradient in self._gradients:
            tensor.grad = gradient


def _contents(module: nn.Module) -> dict[str, dict[object, object]]:
    """What stands in a module's own dictionaries: parameters, buffers, children, hooks."""
    return {name: dict(value) for name, value in vars(module).items() if isinstance(value, dict)}


def _restore(tensor: Tensor, data: Tensor, copy: Tensor | None, learns: bool) -> None:
    if tensor.is_leaf:
        tensor.grad = None
        tensor.requires_grad_(learns)
    # A cast of the whole model (full evaluation in 16 bits) gives a weight another storage.
    tensor.data = data
    if copy is not None:
        data.copy_(copy)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block is done, and then has its effect. Signals reach the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[tuple[int, FrameType | None]] = []
    usual = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, lambda number, frame: caught.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if caught and callable(usual):
        usual(*caught[0])
