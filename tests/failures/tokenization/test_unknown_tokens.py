"""Signs that the tokenizer does not know."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import data, lengths, look, plan, seen
from tests.failures.pair_examples import census

NAME = "unknown_tokens"


def unknown(share: float) -> object:
    """Chinese text of which a share of the tokens is unknown."""
    return data(lengths={"train": lengths(unknown=share)}, scripts={"Latin": 0.2, "Han": 0.8})


@pytest.mark.parametrize(
    ("share", "severity"), [(0.01, "note"), (0.05, "warning"), (0.19, "warning"), (0.2, "error"), (0.9, "error")]
)
def test_seen(share: float, severity: str) -> None:
    """The share decides how bad it is; the script of the text is named."""
    found = seen(NAME, Moment.BEFORE, data=unknown(share), plan=plan())

    assert (found.severity, found.numbers["script"]) == (severity, "Han")


@pytest.mark.parametrize("share", [0.0, 0.0004, 0.009])
def test_clear(share: float) -> None:
    """A few emoji are no failure; tweets have 0.04 %."""
    assert look(NAME, Moment.BEFORE, data=unknown(share), plan=plan()) is None


def test_batches() -> None:
    """Where no rows were measured, batches are looked at; most tokenizers know everything."""
    row = RowCensus(tokens=40, supervised=1)

    assert seen(NAME, Moment.BEFORE, census=census(row, unknown_share=0.3)).numbers["percent"] == 30
    assert look(NAME, Moment.BEFORE, census=census(row, unknown_share=0.0)) is None
    assert "no text" in str(look(NAME, Moment.BEFORE, census=census(row)))


def test_not_looked() -> None:
    """Without a tokenizer nothing was measured."""
    assert "tokenizer" in str(look(NAME, Moment.BEFORE, data=data(lengths={}), plan=plan()))
