"""Texts that the cut makes equal."""

import pytest

from luthier.facts.finding import Moment
from luthier.failures.tokenization.rows_identical_after_truncation import fix
from tests.failures.examples import MODEL, data, lengths, look, plan, seen

NAME = "rows_identical_after_truncation"


def equal(rows: int) -> object:
    """800 training rows, some of which the cut makes equal; 100 validation rows."""
    return data(truncated_collisions=rows, lengths={"train": lengths(p99=90)})


@pytest.mark.parametrize(("rows", "severity"), [(8, "note"), (47, "note"), (48, "error"), (800, "error")])
def test_seen(rows: int, severity: str) -> None:
    """A note from one in a hundred, an error from the noise of a score on 100 rows (5.9 points)."""
    found = seen(NAME, Moment.BEFORE, data=equal(rows), plan=plan(), model=MODEL)

    assert (found.severity, found.numbers["suggested"]) == (severity, 96)


@pytest.mark.parametrize("rows", [0, 7])
def test_clear(rows: int) -> None:
    """Under one in a hundred."""
    assert look(NAME, Moment.BEFORE, data=equal(rows), plan=plan(), model=MODEL) is None


def test_not_looked() -> None:
    """Without a tokenizer nothing was measured."""
    assert "tokenizer" in str(look(NAME, Moment.BEFORE, data=data(truncated_collisions=None), plan=plan()))


def test_fix() -> None:
    """Raises the cut; a second time changes nothing."""
    found = seen(NAME, Moment.BEFORE, data=equal(400), plan=plan(), model=MODEL)

    once = fix(plan(), found)

    assert once.model.max_tokens == 96
    assert fix(once, found) == once
