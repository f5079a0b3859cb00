"""What fixes have in common: a changed plan says why, and rows are kept or dropped, never rewritten."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.data import SplitName
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan, Reason
from luthier.facts.rows import Splits

Group = Literal["data", "model", "strategy", "train"]
SCORED: tuple[SplitName, ...] = ("validation", "test")


def repaired(plan: Plan, group: Group, values: Mapping[str, object], why: str) -> Plan:
    """A copy of a plan with some values of one group changed, each with its reason.

    Values that are already so are left alone with their reasons, so that a second call changes nothing.
    """
    old = getattr(plan, group)
    changed = {name: value for name, value in values.items() if getattr(old, name) != value}
    reasons = {f"{group}.{name}": Reason(why, "repair") for name in changed}
    return replace(plan, **{group: replace(old, **changed)}, reasons={**plan.reasons, **reasons})


def reset(arguments: Arguments, name: str, value: Plain) -> Arguments:
    """A copy of the settings of another tool with one of them changed."""
    return replace(arguments, values={**arguments.values, name: value})


def in_bfloat16(arguments: Arguments) -> Arguments:
    """The settings with mixed precision in bfloat16."""
    return reset(reset(arguments, "fp16", False), "bf16", True)


def raised(arguments: Arguments, name: str, wanted: int) -> Arguments:
    """The settings with a limit raised; never lowered, and left alone where the run does not set it."""
    limit = arguments.number(name)
    return arguments if limit is None or wanted <= limit else reset(arguments, name, wanted)


def wide_enough(limit: int, longest: int, model: ModelFacts | None, unknown: float = math.inf) -> int:
    """A length limit for rows of this length, in tokens: a multiple of 8, at most the positions of the model (`unknown`
    where it is not known), and never below the limit that is set.
    """
    positions = model.usable_positions if model is not None else unknown
    return max(limit, int(min(math.ceil(longest / 8) * 8, positions)))


def without_scored_rows(splits: Splits, leaked: Callable[[SplitName], set[int]]) -> Splits:
    """Drop scored rows.

    Args:
        splits: all rows.
        leaked: positions to drop in a scored split.

    Returns:
        Splits whose training rows are untouched. A split that would be left empty stays as it is, and the
        finding goes on saying what is wrong with it.
    """
    for name in SCORED:
        drop = leaked(name)
        keep = [i for i in range(splits[name].num_rows) if i not in drop]
        if keep and drop:
            splits = splits.with_split(name, splits[name].take(keep))
    return splits
