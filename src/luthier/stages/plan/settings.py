"""The settings of a plan by their dotted names: which there are, what values they take, how text becomes a value.

The names, kinds and choices are those of `facts.plan.Plan` itself; only the ranges are written here.
"""

import difflib
import math
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

from luthier.errors import PlanError
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason

Value = bool | int | float | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, both included unless an end is `open`."""

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    def holds(self, number: float) -> bool:
        """Whether the number lies inside."""
        above = number > self.low if self.open_low else number >= self.low
        below = number < self.high if self.open_high else number <= self.high
        return above and below

    def __str__(self) -> str:
        low = f"above {self.low:g}" if self.open_low else f"from {self.low:g}"
        return f"{low} {'to below' if self.open_high else 'to'} {self.high:g}"


# The upper ends only catch slips of the keyboard; what is sensible is judged by the failures, with the facts at hand.
RANGES: Mapping[str, Range] = {
    "data.validation_share": Range(0, 0.9, open_low=True),
    "data.test_share": Range(0, 0.9, open_low=True),
    "model.max_tokens": Range(2, 1_000_000),
    "strategy.layers": Range(1, 1_000),
    "train.epochs": Range(0, 10_000, open_low=True),
    "train.batch_size": Range(1, 65_536),
    "train.accumulation": Range(1, 65_536),
    "train.rate": Range(0, 10),
    "train.head_rate": Range(0, 10),
    "train.warmup": Range(0, 1),
    "train.weight_decay": Range(0, 10),
    "train.clip": Range(0, 1_000_000),
    "train.label_smoothing": Range(0, 1, open_high=True),
    "train.patience": Range(0, 10_000),
    "train.evaluations_per_epoch": Range(1, 1_000),
    "train.save_every": Range(0, 1_000_000_000),
    "train.workers": Range(0, 256),
    "train.word_dropout": Range(0, 1, open_high=True),
    "seed": Range(0, 2**32 - 1),
}


def _kinds(group: type, prefix: str = "") -> dict[str, Any]:
    hints = typing.get_type_hints(group)
    found: dict[str, Any] = {}
    for field in fields(group):
        kind = hints[field.name]
        if is_dataclass(kind):
            found |= _kinds(typing.cast(type, kind), f"{field.name}.")
        elif field.name != "reasons":
            found[f"{prefix}{field.name}"] = kind
    return found


KINDS: Mapping[str, Any] = _kinds(Plan)


def closest(name: str, known: Iterable[str]) -> str:
    """`did you mean …?`, or an empty string when nothing is near; the last part of a dotted name counts most."""
    words = list(known)
    near = difflib.get_close_matches(name, words, n=1, cutoff=0.7)
    tails = {word.rpartition(".")[2]: word for word in words}
    near = near or [tails[tail] for tail in difflib.get_close_matches(name.rpartition(".")[2], tails, n=1, cutoff=0.7)]
    return f"did you mean {near[0]}?" if near else ""


def value_of(name: str, raw: object, *, where: str) -> Value:
    """Turn what a person wrote into the value of a setting.

    Args:
        name: dotted name, such as "train.rate".
        raw: text, or a value that a YAML reader made.
        where: the place to name in an error, such as "--set train.rate=abc".

    Raises:
        PlanError: the name is unknown, the value has the wrong kind, or it is out of range.
    """
    if name not in KINDS:
        hint = closest(name, KINDS)
        raise PlanError(f"there is no setting {name}", where=where, next_step=hint or f"settings: {', '.join(KINDS)}")
    value = _convert(KINDS[name], raw)
    if value is _WRONG:
        raise PlanError(f"{name} is {_phrase(KINDS[name])}, not {raw!r}", where=where, next_step=_usual(name))
    _refuse_outside(name, value, where)
    return typing.cast(Value, value)


def value_from_text(name: str, text: str, *, where: str) -> Value:
    """As `value_of`, for a value typed on a command line, where the word `none` empties a setting that may be empty."""
    if type(None) in typing.get_args(KINDS.get(name)) and text.strip().lower() in _NONE:
        return None
    return value_of(name, text.strip(), where=where)


def value_in(plan: Plan, name: str) -> Value:
    """The value of a setting in a plan, by its dotted name."""
    group, _, leaf = name.rpartition(".")
    holder = getattr(plan, group) if group else plan
    return typing.cast(Value, getattr(holder, leaf))


def with_value(plan: Plan, name: str, value: Value, reason: Reason) -> Plan:
    """A copy of a plan with one value set and its reason noted."""
    group, _, leaf = name.rpartition(".")
    changed = {group: replace(getattr(plan, group), **{leaf: value})} if group else {leaf: value}
    return replace(plan, **changed, reasons={**plan.reasons, name: reason})


_WRONG = object()
_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}
_NONE = {"none", "null", "~", ""}


def _convert(kind: Any, raw: object) -> object:
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return None if raw is None else _convert(_arm(kind), raw)
    if typing.get_origin(kind) is Literal:
        return raw if raw in typing.get_args(kind) else _WRONG
    if typing.get_origin(kind) is tuple:
        return _names(raw)
    if kind is str:
        return raw if isinstance(raw, str) and raw else _WRONG
    if kind is bool:
        return _switch(raw)
    return _number(kind, raw)


def _arm(union: Any) -> Any:
    return next(arm for arm in typing.get_args(union) if arm is not types.NoneType)


def _switch(raw: object) -> object:
    if isinstance(raw, str) and raw.strip().lower() in _TRUE | _FALSE:
        return raw.strip().lower() in _TRUE
    return raw if isinstance(raw, bool) else _WRONG


def _names(raw: object) -> object:
    parts = re.split(r"[,\s]+", raw.strip("[]() \t")) if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        return _WRONG
    return tuple(part for part in parts if part)


def _number(kind: type, raw: object) -> object:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return _WRONG
    try:
        number = float(raw)
        whole = int(raw) if kind is int and isinstance(raw, str | int) else None
    except (ValueError, OverflowError):
        return _WRONG
    if not math.isfinite(number):
        return _WRONG
    if kind is float:
        return number
    if whole is None:
        return int(number) if number.is_integer() else _WRONG
    return whole


def _phrase(kind: Any) -> str:
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return f"{_phrase(_arm(kind))} or none"
    if typing.get_origin(kind) is Literal:
        return "one of " + ", ".join(typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        return "a list of names, separated by commas"
    return {str: "a word", bool: "true or false", int: "a whole number", float: "a number"}[kind]


def _usual(name: str) -> str:
    example = value_in(Plan(DataPlan("reviews.csv"), ModelPlan("name/of-a-model")), name)
    words = ", ".join(example) if isinstance(example, tuple) else str(example).lower()
    return f"a usual value is {words}" if example is not None else "leave it out to let Luthier decide"


def _refuse_outside(name: str, value: object, where: str) -> None:
    allowed = RANGES.get(name)
    if allowed and isinstance(value, int | float) and not allowed.holds(value):
        raise PlanError(f"{name} is a number {allowed}, not {value}", where=where, next_step=_usual(name))
