"""Rows without a text."""

import pytest

from luthier.facts.data import Cleaning
from luthier.facts.finding import Moment
from luthier.facts.texts import TextFacts
from tests.failures.examples import data, look, place, seen
from tests.failures.pair_examples import found

NAME = "text_missing"


@pytest.mark.parametrize(("count", "severity"), [(3, "note"), (8, "warning"), (80, "error")])
def test_seen(count: int, severity: str) -> None:
    """By their share."""
    finding = seen(NAME, Moment.BEFORE, data=data(texts=TextFacts(800, blank=found(count))))

    assert (finding.severity, finding.numbers["count"], finding.place.lines[0]) == (severity, count, 7)


@pytest.mark.parametrize("cleaned", [True, False])
def test_rows_left_out(cleaned: bool) -> None:
    """What the reader of a foreign run leaves out was trained on there; Luthier does not train on it."""
    cleaning = Cleaning({"space": 0} if cleaned else {}, {"empty text": 40}, {"empty text": (place(4),)})
    answer = look(NAME, Moment.BEFORE, data=data(texts=TextFacts(760), cleaning=cleaning))

    assert (answer is None) is cleaned
    if not cleaned:
        finding = seen(NAME, Moment.BEFORE, data=data(texts=TextFacts(760), cleaning=cleaning))
        assert (finding.numbers["percent"], finding.severity, finding.place.rows) == (5.0, "warning", (4,))


def test_clear() -> None:
    """Two rows are no pattern."""
    assert look(NAME, Moment.BEFORE, data=data(texts=TextFacts(800, blank=found(2)))) is None
    assert "not looked" in str(look(NAME, Moment.BEFORE, data=data()))
