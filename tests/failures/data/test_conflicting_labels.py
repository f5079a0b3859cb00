"""One text, several labels."""

import pytest

from luthier.facts.data import Conflict
from luthier.facts.finding import Moment
from tests.failures.examples import data, look, place, seen

NAME = "conflicting_labels"
CONFLICT = Conflict("a text", (place(3), place(8), place(9)), ("good", "good", "bad"))


@pytest.mark.parametrize(
    ("ceiling", "severity"), [(0.999, "note"), (0.991, "note"), (0.98, "warning"), (0.7, "warning")]
)
def test_seen(ceiling: float, severity: str) -> None:
    """It is a warning when more than a point of accuracy is out of reach."""
    found = seen(NAME, Moment.BEFORE, data=data(conflicts=(CONFLICT,), conflict_rows=3, accuracy_ceiling=ceiling))

    assert found.severity == severity
    assert (found.numbers["label_one"], found.numbers["label_two"]) == ("good", "bad")
    assert (found.numbers["row_one"], found.numbers["row_two"]) == (3, 9)
    assert found.place.rows == (3, 8, 9)


def test_clear() -> None:
    """No text has two labels."""
    assert look(NAME, Moment.BEFORE, data=data()) is None
    missing = Conflict("nan", (place(3), place(8)), ("good", "bad"))
    assert look(NAME, Moment.BEFORE, data=data(conflicts=(missing,), conflict_rows=2, accuracy_ceiling=0.9)) is None
