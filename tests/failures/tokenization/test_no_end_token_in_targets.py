"""Ends that are never shown."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census, pairs

NAME = "no_end_token_in_targets"
OPEN = RowCensus(tokens=40, supervised=10)
ENDED = RowCensus(tokens=40, supervised=10, ends=True)
CUT = RowCensus(tokens=128, supervised=10, truncated=True)


def test_batches() -> None:
    """Half of the rows that are not cut."""
    finding = seen(NAME, Moment.BEFORE, census=census(OPEN, rows=(OPEN, OPEN, ENDED, ENDED, CUT)))

    assert (finding.variant, finding.numbers["count"], finding.numbers["total"]) == ("batch", 2, 4)
    assert look(NAME, Moment.BEFORE, census=census(OPEN, rows=(OPEN, ENDED, ENDED))) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"kind": "classes"}, "no sequences"), ({"packed": 2}, "packed"), ({"rows": (CUT, CUT)}, "all rows are cut")],
)
def test_not_looked(changes: dict[str, object], reason: str) -> None:
    """Batches that cannot show an end."""
    assert reason in str(look(NAME, Moment.BEFORE, census=census(OPEN, **changes)))


def test_conversations() -> None:
    """The template is to blame."""
    assert seen(NAME, Moment.BEFORE, pairs=pairs(ends=0.0)).variant == "template"
    assert look(NAME, Moment.BEFORE, pairs=pairs(ends=0.98)) is None


@pytest.mark.parametrize("facts", [pairs(form="text", ends=0.0), pairs(ends=None), None])
def test_other_rows(facts: object) -> None:
    """Code that nobody sees may put an end token behind them."""
    assert "neither" in str(look(NAME, Moment.BEFORE, pairs=facts))
