"""Spans that say something else."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import census, found, spans

NAME = "answer_span_shifted"
FIT = RowCensus(tokens=40, supervised=2)
CUT = RowCensus(tokens=128, supervised=2, truncated=True)


@pytest.mark.parametrize(("count", "severity"), [(3, "note"), (5, "warning"), (49, "warning"), (50, "error")])
def test_severity(count: int, severity: str) -> None:
    """From one row in two hundred on, and from one in twenty on."""
    finding = seen(NAME, Moment.BEFORE, spans=spans(shifted=found(count), shifts={-1: 1, 2: count - 1}))

    assert (finding.severity, finding.variant, finding.numbers["shift"]) == (severity, "shift", 2)


@pytest.mark.parametrize(
    ("changes", "variant"),
    [
        ({"shifted": found(60), "byte_offsets": 60, "utf16_offsets": 3}, "bytes"),
        ({"shifted": found(60), "utf16_offsets": 60, "lost": found(2)}, "utf16"),
        ({"shifted": found(60), "byte_offsets": 50, "shifts": {1: 60}}, "shift"),
        ({"other_form": found(60), "shifted": found(2)}, "form"),
        ({"lost": found(60)}, "lost"),
    ],
)
def test_causes(changes: dict[str, object], variant: str) -> None:
    """What happened to most rows is told."""
    assert seen(NAME, Moment.BEFORE, spans=spans(**changes)).variant == variant


def test_batches() -> None:
    """Spans of a trainer that decode to something else, in rows that nobody cut."""
    finding = seen(NAME, Moment.BEFORE, census=census(FIT, kind="span", unfit_spans=2))

    assert (finding.variant, finding.severity, finding.numbers["percent"]) == ("batch", "error", 25)
    assert look(NAME, Moment.BEFORE, census=census(CUT, kind="span", unfit_spans=2)) is None


def test_clear() -> None:
    """Every span is where it should be."""
    assert look(NAME, Moment.BEFORE, spans=spans(unanswerable=300)) is None
    assert look(NAME, Moment.BEFORE, census=census(FIT, kind="span", unfit_spans=0)) is None
    assert "neither" in str(look(NAME, Moment.BEFORE, census=census(FIT)))
