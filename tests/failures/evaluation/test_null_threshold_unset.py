"""Questions without an answer."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import spans
from tests.failures.scored_examples import scored

NAME = "null_threshold_unset"


@pytest.mark.parametrize(("answered", "unanswered"), [(84.0, 38.0), (41.0, 90.0)])
def test_seen(answered: float, unanswered: float) -> None:
    """One part pays for the other, in either direction."""
    scores = scored(HasAns_f1=answered, NoAns_f1=unanswered, best_f1_thresh=0.0)
    found = seen(NAME, Moment.AFTER, validation=scores, spans=spans(unanswerable=300))

    assert (found.severity, found.variant) == ("warning", "default")


def test_never_seen() -> None:
    """Training rows all have an answer."""
    scores = scored(HasAns_f1=88.0, NoAns_f1=0.0, best_f1_thresh=-3.1)
    found = seen(NAME, Moment.AFTER, validation=scores, spans=spans(unanswerable=0))

    assert (found.variant, found.numbers["rows"]) == ("never seen", 1000)


def test_clear() -> None:
    """A chosen threshold, parts that are alike, other scores."""
    assert look(NAME, Moment.AFTER, validation=scored(HasAns_f1=84.0, NoAns_f1=38.0, best_f1_thresh=-1.2)) is None
    assert look(NAME, Moment.AFTER, validation=scored(HasAns_f1=79.0, NoAns_f1=75.0, best_f1_thresh=0.0)) is None
    assert look(NAME, Moment.AFTER, validation=scored(f1=0.3)) is None
