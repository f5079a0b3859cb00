"""Facts as JSON. Strict JSON has no NaN and no infinity, yet a loss that is not finite must not turn into null: such
values become the strings "NaN", "Infinity" and "-Infinity", as in the JSON form of Protocol Buffers."""

import math

import msgspec
import numpy as np

from luthier.facts.report import Report
from luthier.stages.report.dialects import dialect_of
from luthier.stages.report.told import told


def to_json(facts: object, *, indent: int = 2) -> bytes:
    """Any value made of facts as UTF-8 JSON with a final line break; used for scores.json, findings.json and --json."""
    return msgspec.json.format(msgspec.json.encode(to_plain(facts)), indent=indent) + b"\n"


def report_to_json(report: Report) -> bytes:
    """A report for a program: all facts, and under `told` the findings in the words that people read, worst first."""
    dialect = dialect_of(report.evidence)
    words = [told(one.finding, one, dialect) for one in report.verdicts.told if one.finding is not None]
    plain = to_plain(report)
    return to_json({**plain, "told": words} if isinstance(plain, dict) else plain)


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
