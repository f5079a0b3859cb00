"""Ends that are never shown."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census, pairs

NAME = "no_end_token_in_targets"
OPEN = RowCensus(tokens=40, supervised=10)
ENDED = RowCensus(tokens=40, supervised=10, ends=True, end_supervised=True)
MASKED = RowCensus(tokens=40, supervised=10, ends=True)
EMPTY = RowCensus(tokens=40, supervised=0, ends=True)
CUT = RowCensus(tokens=128, supervised=10, truncated=True)


def test_batches() -> None:
    """Half of the rows that are not cut."""
    finding = seen(NAME, Moment.BEFORE, census=census(OPEN, rows=(OPEN, OPEN, ENDED, ENDED, CUT)))

    assert (finding.variant, finding.numbers["count"], finding.numbers["total"]) == ("batch", 2, 4)
    assert look(NAME, Moment.BEFORE, census=census(OPEN, rows=(OPEN, ENDED, ENDED))) is None


def test_masked_ends() -> None:
    """There, and not learned; rows of which nothing is learned have another failure."""
    finding = seen(NAME, Moment.BEFORE, census=census(MASKED, rows=(MASKED, ENDED, EMPTY)))

    assert (finding.variant, finding.numbers["count"], finding.numbers["total"]) == ("masked", 1, 2)
    assert look(NAME, Moment.BEFORE, census=census(ENDED, rows=(MASKED, ENDED, ENDED))) is None
    assert look(NAME, Moment.BEFORE, census=census(EMPTY)) is None
    assert look(NAME, Moment.BEFORE, census=census(MASKED, kind="sequence_to_sequence")) is None


def test_console() -> None:
    """TRL says it in one line among many."""
    said = ConsoleFacts(("train.log",), 90, {}, {"end_token_not_learned": 1})

    assert seen(NAME, Moment.AFTER, console=said).variant == "console"
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 90)) is None


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
