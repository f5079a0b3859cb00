"""What was saved against what was in memory."""

from dataclasses import replace

import pytest

from luthier.facts.artifact import ArtifactFacts
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen

NAME = "reload_gap"
SAME = ArtifactFacts("runs/x/model", 50, 50, 1e-7, ("bad", "good"), ("bad", "good"))


@pytest.mark.parametrize(
    ("changes", "variant", "severity"),
    [
        ({"missing": ("classifier.weight",), "same_label": 25, "largest_gap": 0.5}, "missing", "error"),
        ({"label_names": ("LABEL_0", "LABEL_1")}, "names", "error"),
        ({"same_label": 49}, "changed", "error"),
        ({"largest_gap": 0.0011}, "changed", "error"),
        ({"largest_gap": float("nan")}, "changed", "error"),
        ({"tokenizer_saved": False}, "tokenizer", "warning"),
    ],
)
def test_seen(changes: dict[str, object], variant: str, severity: str) -> None:
    """The most telling difference is named."""
    found = seen(NAME, Moment.AFTER, artifact=replace(SAME, **changes))  # type: ignore[arg-type]

    assert (found.variant, found.severity, found.place.name) == (variant, severity, "runs/x/model")


@pytest.mark.parametrize("gap", [0.0, 0.001])
def test_clear(gap: float) -> None:
    """The order of summation may differ."""
    assert look(NAME, Moment.AFTER, artifact=replace(SAME, largest_gap=gap)) is None


def test_not_looked() -> None:
    """No rows were compared."""
    empty = replace(SAME, rows=0, same_label=0, largest_gap=0.0)

    assert "no rows" in str(look(NAME, Moment.AFTER, artifact=empty))
