"""Rows that are gone before training."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census

NAME = "rows_filtered_silently"
ROW = RowCensus(tokens=40, supervised=20)


@pytest.mark.parametrize(("kept", "severity"), [(50, "error"), (1000, "error"), (1980, "warning")])
def test_seen(kept: int, severity: str) -> None:
    """From one row in a hundred on."""
    finding = seen(NAME, Moment.BEFORE, census=census(ROW, rows_given=2000, rows_kept=kept))

    assert (finding.numbers["count"], finding.severity) == (2000 - kept, severity)


@pytest.mark.parametrize("kept", [2000, 1990])
def test_clear(kept: int) -> None:
    """All, or nearly all."""
    assert look(NAME, Moment.BEFORE, census=census(ROW, rows_given=2000, rows_kept=kept)) is None


def test_not_looked() -> None:
    """Without a filter that is known."""
    assert "not known" in str(look(NAME, Moment.BEFORE, census=census(ROW)))


def console(*texts: str) -> ConsoleFacts:
    """A log that holds these lines."""
    lines = tuple(Line("train.log", 3 + number, text) for number, text in enumerate(texts))
    return ConsoleFacts(("train.log",), 99, {"rows_dropped": lines}, {"rows_dropped": len(texts)})


def test_console() -> None:
    """A line for each row; the caption of a progress bar says nothing."""
    caption = "Dropping fully masked examples from train dataset: 100%|██████████| 32/32"
    dropped = "Dropped lengthy example with length 4,096 > 2,048."
    finding = seen(NAME, Moment.AFTER, console=console(dropped, dropped))

    assert (finding.variant, finding.numbers["count"], finding.numbers["line"]) == ("console", 2, 3)
    assert look(NAME, Moment.AFTER, console=console(caption)) is None
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 99)) is None
