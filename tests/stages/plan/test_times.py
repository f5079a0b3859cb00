"""Times as people write and say them."""

import pytest

from luthier.errors import PlanError
from luthier.stages.plan.times import seconds_of, spoken


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("5m", 300), ("1h30m", 5_400), ("1.5h", 5_400), ("1h 2m 3s", 3_723), ("5M", 300)],
)
def test_times(text: str, seconds: float) -> None:
    """Times as people write them."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "0", "0m", "-5m", "5m1h", "5 minutes", "1e3", "9" * 400])
def test_no_times(text: str) -> None:
    """What is no time is refused with examples."""
    with pytest.raises(PlanError, match="is not a time"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59.6, "1 min"), (160, "2 min 40 s"), (300, "5 min"), (3_600, "1 h"), (3_900, "1 h 5 min")],
)
def test_spoken(seconds: float, words: str) -> None:
    """Times as people say them."""
    assert spoken(seconds) == words
