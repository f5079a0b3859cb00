"""Optimisers of one's own, as scripts build them."""

from collections.abc import Callable
from typing import Any

from torch.optim import SGD, AdamW, Optimizer

from luthier.errors import PlanError


def made(name: str, trainer: Any) -> Optimizer:
    """An optimiser of all weights at the rate and the decay of the settings.

    Args:
        name: one of `OPTIMISERS`.
        trainer: for which it is.

    Raises:
        PlanError: there is no optimiser of this name.
    """
    if name not in OPTIMISERS:
        raise PlanError(f"no optimiser is called {name}", next_step=f"optimisers: {', '.join(sorted(OPTIMISERS))}")
    return OPTIMISERS[name](trainer.model, trainer.args)


def _sgd(model: Any, args: Any) -> Optimizer:
    return SGD(model.parameters(), lr=args.learning_rate)


def _decays_all(model: Any, args: Any) -> Optimizer:
    return AdamW(model.parameters(), lr=args.learning_rate, weight_decay=args.weight_decay)


def _uncorrected(model: Any, args: Any) -> Optimizer:
    """With the mark that the AdamW of Transformers had until version 4, and its default without one."""
    optimiser = AdamW(model.parameters(), lr=args.learning_rate, weight_decay=0.0)
    for group in optimiser.param_groups:
        group["correct_bias"] = False
    return optimiser


OPTIMISERS: dict[str, Callable[[Any, Any], Optimizer]] = {
    "sgd": _sgd,
    "decays all": _decays_all,
    "uncorrected": _uncorrected,
}
"""Name to what makes it: SGD without momentum; AdamW whose decay takes in biases and norms; AdamW whose groups say that
it does not correct its bias.
"""
