"""Columns that code of the user reads in vain."""

from luthier.facts.census import BatchCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen

NAME = "columns_dropped"
CENSUS = BatchCensus("classes", (), 4, dropped_columns=("text", "weight", "mask"))


def test_seen() -> None:
    """The first is named, all are counted."""
    unread = {"weight": "compute_loss", "mask": "the collator"}
    finding = seen(NAME, Moment.BEFORE, census=BatchCensus("classes", (), 4, unread_columns=unread))

    assert (finding.severity, finding.place.name) == ("error", "weight")
    assert (finding.numbers["reader"], finding.numbers["count"]) == ("compute_loss", 2)


def test_clear() -> None:
    """Columns that nobody reads may go."""
    assert look(NAME, Moment.BEFORE, census=CENSUS) is None
