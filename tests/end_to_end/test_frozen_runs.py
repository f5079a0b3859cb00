"""Runs of plain Trainer and TRL, kept without weights: the planted cause comes first, of healthy ones nothing is said.

`python -m benchmarks.detection.freeze` wrote them.
"""

import json
from pathlib import Path

import pytest

from luthier.run import diagnose

HOME = Path(__file__).parents[1] / "frozen"
SAID = json.loads((HOME / "said.json").read_text())


def test_there_are_runs() -> None:
    """Of both kinds."""
    assert len([one for one in SAID.values() if one]) >= 15
    assert len([one for one in SAID.values() if not one]) >= 5


@pytest.mark.parametrize("name", SAID)
def test_cause(name: str) -> None:
    """From log and settings alone."""
    told = [one.failure for one in diagnose(str(HOME / name)).verdicts.seen]

    assert told[:1] == [SAID[name]] if SAID[name] else not told
