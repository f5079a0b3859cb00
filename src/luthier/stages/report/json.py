"""Facts as JSON. Strict JSON has no NaN and no infinity, yet a loss that is not finite must not turn into null: such
values become the strings "NaN", "Infinity" and "-Infinity", as in the JSON form of Protocol Buffers."""

import math

import msgspec
import numpy as np


def to_json(facts: object, *, indent: int = 2) -> bytes:
    """Any value made of facts as UTF-8 JSON with a final line break; used for scores.json, findings.json and --json."""
    return msgspec.json.format(msgspec.json.encode(to_plain(facts)), indent=indent) + b"\n"


def to_plain(facts: object) -> object:
    """Dataclasses, tuples and arrays as dicts, lists, strings, numbers, booleans and None that JSON can hold."""
    return _finite(msgspec.to_builtins(facts, enc_hook=_array, str_keys=True))


def _array(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise NotImplementedError(f"no JSON form for {type(value).__name__}")


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value
