"""What fixes have in common: a changed plan says why, and rows are kept or dropped, never rewritten."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from luthier.facts.data import SplitName
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
