"""Characters decoded wrongly."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.texts import TextFacts
from tests.failures.examples import data, look, seen
from tests.failures.pair_examples import found, pairs

NAME = "encoding_damage"


@pytest.mark.parametrize(("count", "severity"), [(8, "note"), (39, "note"), (40, "warning")])
@pytest.mark.parametrize(("right", "variant"), [("Café", "wrong"), ("", "lost")])
def test_seen(count: int, severity: str, right: str, variant: str) -> None:
    """With an example, and what it should be where that can be told."""
    texts = TextFacts(800, damaged=found(count), damaged_example=("CafÃ©", right))
    finding = seen(NAME, Moment.BEFORE, data=data(texts=texts))

    assert (finding.severity, finding.variant, finding.numbers["line"]) == (severity, variant, 7)


def test_pairs() -> None:
    """Sources and targets count."""
    facts = pairs(damaged=found(30), damaged_example=("Ã¼ber", "über"))
    assert seen(NAME, Moment.BEFORE, pairs=facts).numbers["percent"] == 3.0


def test_clear() -> None:
    """Few rows are no fault."""
    assert look(NAME, Moment.BEFORE, data=data(texts=TextFacts(800, damaged=found(7)))) is None
    assert look(NAME, Moment.BEFORE, data=data(texts=TextFacts(20, damaged=found(2)))) is None
    assert look(NAME, Moment.BEFORE, pairs=pairs()) is None
    assert "no texts" in str(look(NAME, Moment.BEFORE, data=data()))
