"""Tokens beyond the cut."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from luthier.failures.tokenization.text_truncated_away import fix
from tests.failures.examples import MODEL, data, lengths, look, plan, seen

NAME = "text_truncated_away"


def cut(lost: float, p99: int = 300) -> object:
    """Data of which a share of the tokens lies beyond the cut."""
    return data(lengths={"train": lengths(lost=lost, p99=p99)})


@pytest.mark.parametrize(("lost", "severity"), [(0.051, "warning"), (0.5, "warning"), (0.51, "error")])
def test_seen(lost: float, severity: str) -> None:
    """More than a twentieth of the tokens, and more than half of them."""
    found = seen(NAME, Moment.BEFORE, data=cut(lost), plan=plan(), model=MODEL)

    assert (found.severity, found.variant, found.numbers["suggested"]) == (severity, "cut", 304)


def test_the_length_of_the_checkpoint() -> None:
    """Where the cut is what the checkpoint was trained for, it is a note."""
    found = seen(NAME, Moment.BEFORE, data=cut(0.3), plan=plan(max_tokens=256), model=MODEL)

    assert found.severity == "note"


def test_a_few_freak_rows() -> None:
    """Tokens alone are no measure: eight of 800 rows may be cut, however long they are."""
    few = replace(lengths(lost=0.3), rows_cut=8)

    assert look(NAME, Moment.BEFORE, data=data(lengths={"train": few}), plan=plan(), model=MODEL) is None


@pytest.mark.parametrize("lost", [0.0, 0.05])
def test_clear(lost: float) -> None:
    """A twentieth may go."""
    assert look(NAME, Moment.BEFORE, data=cut(lost), plan=plan(), model=MODEL) is None


def test_not_looked() -> None:
    """Without a tokenizer nothing was measured."""
    assert "tokenizer" in str(look(NAME, Moment.BEFORE, data=data(lengths={}), plan=plan()))


def test_the_model_is_too_short() -> None:
    """Where the model itself cannot take more, the advice is another one and the fix changes nothing."""
    short = replace(MODEL, usable_positions=64)
    found = seen(NAME, Moment.BEFORE, data=cut(0.3), plan=plan(max_tokens=64), model=short)

    assert found.variant == "model"
    assert fix(plan(max_tokens=64), found) == plan(max_tokens=64)


def test_fix() -> None:
    """Raises the cut with a reason; a second time changes nothing; a longer cut is not lowered."""
    found = seen(NAME, Moment.BEFORE, data=cut(0.3), plan=plan(), model=MODEL)

    once = fix(plan(), found)

    assert once.model.max_tokens == 304
    assert once.reasons["model.max_tokens"].by == "repair"
    assert fix(once, found) == once
    assert fix(plan(max_tokens=512), found).model.max_tokens == 512
