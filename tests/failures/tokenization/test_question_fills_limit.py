"""Questions without room for a context."""

from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import found, spans

NAME = "question_fills_limit"


def test_seen() -> None:
    """One such row ends the run."""
    finding = seen(NAME, Moment.BEFORE, spans=spans(long_questions=found(1), padded_questions=found(2)))

    assert (finding.severity, finding.numbers["count"], finding.numbers["padded"]) == ("error", 1, 2)


def test_clear_and_not_looked() -> None:
    """Blanks alone do no harm; no limit."""
    assert look(NAME, Moment.BEFORE, spans=spans(padded_questions=found(2))) is None
    assert "limit" in str(look(NAME, Moment.BEFORE, spans=spans(long_questions=None, limit=None)))
