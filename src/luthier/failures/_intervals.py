"""How long a run of Trainer is, and how often it is scored and saved, from its settings alone (Transformers 5.24)."""

import math

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.plan import Plan
from luthier.facts.trace import Trace

USUAL = 500
"""save_steps where nothing is said."""


def total_steps(arguments: Arguments, trace: Trace | None, census: BatchCensus | None) -> int:
    """Optimiser steps of the run: as asked for, as the log says, or as its trainer will count; 0 where unknown."""
    asked = arguments.number("max_steps") or 0
    if asked > 0:
        return int(asked)
    if trace is not None and trace.total_steps:
        return trace.total_steps
    return census.steps if census is not None else 0


def every(arguments: Arguments, what: str, total: int) -> int:
    """Steps between two evaluations ("eval") or two checkpoints ("save") of a run that counts them in steps; 0 where it
    does not, or where a share of the run is meant and its length is not known.
    """
    if arguments.text(f"{what}_strategy") != "steps":
        return 0
    asked = arguments.number(f"{what}_steps")
    if asked is None:
        asked = arguments.number("logging_steps") if what == "eval" else USUAL
    if not asked:
        return 0
    return int(asked) if asked >= 1 else math.ceil(asked * total)


def evaluations(arguments: Arguments, plan: Plan, total: int) -> int | None:
    """How often the run scores: at each interval and at the end, not before `eval_delay`; None where that is not known.

    Args:
        arguments: its settings.
        plan: the same as a plan.
        total: `total_steps`.
    """
    strategy, delay = arguments.text("eval_strategy"), arguments.number("eval_delay") or 0
    if strategy == "no":
        return 0
    if strategy == "epoch":
        epochs = math.ceil(plan.train.epochs)
        return max(0, epochs - max(0, math.ceil(delay) - 1))
    width = every(arguments, "eval", total)
    if strategy != "steps" or not width or not total:
        return None
    return len({step for step in (*range(width, total + 1, width), total) if step >= delay})
