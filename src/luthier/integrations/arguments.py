"""Settings of a trainer in memory, as plain values under their own names."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from luthier.facts.arguments import Arguments, Plain, Tool

_HIDDEN = ("token", "key", "secret", "password")
_DERIVED = ("n_gpu", "world_size")
_SOURCE = "the trainer"


def arguments_of(args: Any, losses: tuple[str, ...] = ()) -> Arguments:
    """Read TrainingArguments, or what derives from them.

    Args:
        args: a dataclass, or a mapping of settings.
        losses: class names of the losses that the trainer was given beside them, told as the setting `loss`.

    Returns:
        Fields that have a plain value; enumerations are their values. Access tokens are left out.
    """
    given = args if isinstance(args, Mapping) else _fields(args)
    values = {name: one for name, value in given.items() if _shown(name) and (one := _plain(value)) is not _NOT_PLAIN}
    values |= {"loss": losses} if losses else {}
    return Arguments(type(args).__name__, _tool(args), values, _SOURCE)  # type: ignore[arg-type]


def _fields(args: Any) -> dict[str, object]:
    if is_dataclass(args):
        named = [field.name for field in fields(args)]
        return {name: getattr(args, name) for name in (*named, *_DERIVED) if hasattr(args, name)}
    return dict(vars(args)) if hasattr(args, "__dict__") else {}


def _shown(name: str) -> bool:
    parts = name.lower().split("_")
    return not name.startswith("_") and parts[-1] not in _HIDDEN


def _tool(args: Any) -> Tool:
    homes = [kind.__module__.partition(".")[0] for kind in type(args).__mro__]
    if "trl" in homes:
        return "trl"
    return "transformers" if "transformers" in homes else "unknown"


_NOT_PLAIN = object()


def _plain(value: object) -> Plain | object:
    """A plain value, or `_NOT_PLAIN`."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set):
        inner = [_plain(one) for one in value]
        return _NOT_PLAIN if any(one is _NOT_PLAIN for one in inner) else tuple(inner)
    if isinstance(value, Mapping):
        pairs = {str(key): _plain(one) for key, one in value.items()}
        return {key: one for key, one in pairs.items() if one is not _NOT_PLAIN}
    return _NOT_PLAIN
