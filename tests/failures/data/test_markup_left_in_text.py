"""HTML in the texts."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.texts import TextFacts
from tests.failures.examples import data, look, seen
from tests.failures.pair_examples import found

NAME = "markup_left_in_text"


@pytest.mark.parametrize(("share", "severity"), [(0.03, "note"), (0.099, "note"), (0.1, "warning"), (1.0, "warning")])
def test_seen(share: float, severity: str) -> None:
    """By the share of characters; the rows are named."""
    finding = seen(NAME, Moment.BEFORE, data=data(texts=TextFacts(800, markup=found(40), markup_share=share)))

    assert (finding.severity, finding.numbers["percent"], finding.place.lines[0]) == (severity, 5.0, 7)


def test_clear() -> None:
    """A few tags are no fault; where nobody searched, nothing is said."""
    few = TextFacts(800, markup=found(400), markup_share=0.02)
    assert look(NAME, Moment.BEFORE, data=data(texts=few)) is None
    assert "not searched" in str(look(NAME, Moment.BEFORE, data=data()))
