"""Masks by hand that do not fit."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.tokenizer import TokenizerFacts
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census, pairs

NAME = "template_masks_all"
LEARNED = RowCensus(tokens=40, supervised=20, roles={"assistant": 20})
LOST = replace(LEARNED, supervised=0)
MARKED = TokenizerFacts("here", 500, chat_template="{{ messages }}", template_marks_assistant=True)
UNMARKED = replace(MARKED, template_marks_assistant=False)


@pytest.mark.parametrize(("lost", "severity"), [(8, "error"), (1, "warning")])
def test_batches(lost: int, severity: str) -> None:
    """Answers of which nothing is learned."""
    finding = seen(NAME, Moment.BEFORE, census=census(LEARNED, rows=(LOST,) * lost + (LEARNED,) * (8 - lost)))

    assert (finding.numbers["count"], finding.severity) == (lost, severity)


def test_whose_fault() -> None:
    """Without markers in the template an empty mask has another cause; a mask that is empty in parts has not."""
    assert seen(NAME, Moment.BEFORE, census=census(LOST), tokenizer=MARKED)
    assert look(NAME, Moment.BEFORE, census=census(LOST), tokenizer=UNMARKED) is None
    assert seen(NAME, Moment.BEFORE, census=census(LOST, rows=(LOST, LEARNED)), tokenizer=UNMARKED)


def test_clear() -> None:
    """Learned, or cut."""
    assert look(NAME, Moment.BEFORE, census=census(LEARNED)) is None
    assert "not known" in str(look(NAME, Moment.BEFORE, census=census(replace(LOST, truncated=True))))
    assert "neither" in str(look(NAME, Moment.BEFORE))


def test_marker() -> None:
    """Seen in the text and not in the ids."""
    finding = seen(NAME, Moment.BEFORE, pairs=pairs(marker="### Answer:", marker_found=0.25, marker_written=1.0))

    assert (finding.variant, finding.numbers["percent"], finding.numbers["found"]) == ("marker", 100, 25)
    few = seen(NAME, Moment.BEFORE, pairs=pairs(marker="### Answer:", marker_found=0.95, marker_written=0.97))
    assert (finding.severity, few.severity) == ("error", "warning")
    assert look(NAME, Moment.BEFORE, pairs=pairs(marker="### Answer:", marker_found=1.0, marker_written=1.0)) is None
    rare = pairs(marker="### Answer:", marker_found=0.995, marker_written=1.0)
    assert look(NAME, Moment.BEFORE, pairs=rare) is None


def test_console() -> None:
    """The first line is named, all are counted."""
    line = Line("train.log", 12, "WARNING: tokenization mismatch: 145 vs. 146. (ignored)")
    facts = ConsoleFacts(("train.log",), 90, {"tokenization_mismatch": (line,)}, {"tokenization_mismatch": 40})
    finding = seen(NAME, Moment.AFTER, console=facts)

    assert (finding.numbers["count"], finding.numbers["line"], finding.place.name) == (40, 12, "train.log")
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 90)) is None
