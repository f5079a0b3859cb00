"""Signs that the tokenizer does not know."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import data, lengths, look, plan, seen

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


def test_not_looked() -> None:
    """Without a tokenizer nothing was measured."""
    assert "tokenizer" in str(look(NAME, Moment.BEFORE, data=data(lengths={}), plan=plan()))
