"""Classes that change with time, and a split that mixes it."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.texts import TimeFacts
from luthier.failures.data.time_order_ignored import fix
from tests.failures.examples import PLAN, data, look, seen

NAME = "time_order_ignored"


@pytest.mark.parametrize("origin", ["made", "given"])
def test_seen(origin: str) -> None:
    """The next step, and the fix, depend on who made the split."""
    finding = seen(NAME, Moment.BEFORE, data=data(times=TimeFacts("date", 0.5, 0.4, 0.1), split_origin=origin))

    assert (finding.variant, finding.numbers["shift"]) == (origin, 40.0)
    assert fix(PLAN, finding).data.time == ("date" if origin == "made" else None)


@pytest.mark.parametrize(
    "times",
    [TimeFacts("date", 0.8, 0.4, 0.1), TimeFacts("date", 0.5, 0.14, 0.1), TimeFacts("date", 0.5, 0.3, 0.31)],
)
def test_clear(times: TimeFacts) -> None:
    """The test is later; the classes hardly move; chance moves them as much."""
    assert look(NAME, Moment.BEFORE, data=data(times=times)) is None


def test_not_looked() -> None:
    """No times, or nothing that is scored."""
    assert "no column" in str(look(NAME, Moment.BEFORE, data=data()))
    alone = data(times=TimeFacts("date", 0.5, 0.4, 0.1), rows={"train": 800})
    assert "no scored" in str(look(NAME, Moment.BEFORE, data=alone))
