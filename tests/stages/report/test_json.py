"""Facts as strict JSON, with nothing that is not finite lost."""

import json
import math

import numpy as np

from luthier.facts.evaluation import Interval
from luthier.stages.report.json import to_json, to_plain
from tests.samples import sample_report, sample_trace


def refuse(constant: str) -> None:
    """Strict JSON knows no such constant."""
    raise AssertionError(constant)


def test_whole_report() -> None:
    """Every fact is there, and a strict reader takes it."""
    found = json.loads(to_json(sample_report()), parse_constant=refuse)

    assert found["outcome"]["kind"] == "cannot_tell"
    assert len(found["evidence"]["trace"]["losses"]) == 648
    assert found["evidence"]["data"]["lengths"]["train"]["quantiles"]["50"] == 20
    assert found["verdicts"]["all"][0]["failure"] == "conflicting_labels"


def test_not_finite_values_become_words() -> None:
    """A loss that is not a number must not read as missing."""
    found = json.loads(to_json(sample_trace(10, broken=(3,))), parse_constant=refuse)

    assert found["losses"][2] == "NaN"
    assert to_plain(Interval(math.inf, -math.inf, 0.5)) == {"value": "Infinity", "low": "-Infinity", "high": 0.5}


def test_arrays_and_numpy_scalars() -> None:
    """What numpy left in a fact becomes plain."""
    assert to_plain({"a": np.arange(2), "b": np.float32(0.5)}) == {"a": [0, 1], "b": 0.5}


def test_ends_with_a_line_break() -> None:
    """As a text file does."""
    assert to_json({"a": 1}) == b'{\n  "a": 1\n}\n'
