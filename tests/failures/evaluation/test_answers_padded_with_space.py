"""Spaces around answers."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import spans
from tests.failures.scored_examples import scored, written

NAME = "answers_padded_with_space"


@pytest.mark.parametrize(("exact", "trimmed", "severity"), [(12, 74, "error"), (60, 66, "warning")])
@pytest.mark.parametrize("name", ["exact_match", "em"])
def test_after(exact: int, trimmed: int, severity: str, name: str) -> None:
    """The score is that of answers with their spaces."""
    scores = scored(200, 1.0, **{name: exact / 100})
    found = seen(NAME, Moment.AFTER, validation=scores, generations=written(exact=exact, exact_trimmed=trimmed))

    assert (found.severity, found.numbers["trimmed"]) == (severity, trimmed)


def test_after_clear() -> None:
    """The metric leaves them out, few have any, none is measured."""
    padded = written(exact=12, exact_trimmed=74)

    assert look(NAME, Moment.AFTER, validation=scored(exact_match=0.74), generations=padded) is None
    few = written(exact=70, exact_trimmed=74)
    assert look(NAME, Moment.AFTER, validation=scored(exact_match=0.7), generations=few) is None
    assert look(NAME, Moment.AFTER, validation=scored(f1=0.12), generations=padded) is None
    assert look(NAME, Moment.AFTER, validation=scored(exact_match=0.1), generations=written()) is None


def test_before() -> None:
    """From one answer in twenty on."""
    assert seen(NAME, Moment.BEFORE, spans=spans(padded_answers=50)).numbers["percent"] == 5
    assert look(NAME, Moment.BEFORE, spans=spans(padded_answers=49)) is None
