"""Rows and logs in which nothing is learned."""

import numpy as np
import pytest

from luthier.facts.census import Kind, RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen, trace
from tests.failures.pair_examples import census

NAME = "nothing_supervised"
FULL, EMPTY = RowCensus(tokens=40, supervised=10), RowCensus(tokens=40, supervised=0)
CUT = RowCensus(tokens=128, supervised=0, truncated=True)


@pytest.mark.parametrize(("empty", "severity"), [(8, "error"), (4, "error"), (1, "warning")])
def test_before(empty: int, severity: str) -> None:
    """How grave it is depends on how many rows are empty."""
    finding = seen(NAME, Moment.BEFORE, census=census(FULL, rows=(EMPTY,) * empty + (FULL,) * (8 - empty)))

    assert (finding.numbers["count"], finding.severity) == (empty, severity)


def test_few_rows_are_no_failure() -> None:
    """One row in twenty."""
    assert look(NAME, Moment.BEFORE, census=census(FULL, rows=(EMPTY, *(FULL,) * 19))) is None


def test_cut_rows_are_not_counted() -> None:
    """They have a failure of their own."""
    assert look(NAME, Moment.BEFORE, census=census(FULL, rows=(CUT, CUT, FULL))) is None


@pytest.mark.parametrize("kind", ["masked_token", "tags", "span"])
def test_rows_that_may_be_empty(kind: Kind) -> None:
    """Only batches without any label count."""
    assert look(NAME, Moment.BEFORE, census=census(FULL, rows=(EMPTY, EMPTY, FULL), kind=kind)) is None
    assert seen(NAME, Moment.BEFORE, census=census(EMPTY, kind=kind)).numbers["percent"] == 100


def test_without_labels() -> None:
    """A batch without labels is not judged."""
    assert look(NAME, Moment.BEFORE, census=census(EMPTY, kind="none")) == "the batches hold no labels"


def test_log_of_zeros() -> None:
    """Loss and norm, both and throughout."""
    zeros = np.zeros(20)
    finding = seen(NAME, Moment.AFTER, trace=trace(zeros, grad_norms={"all": zeros}))

    assert (finding.variant, finding.numbers["total"]) == ("log", 20)


@pytest.mark.parametrize(
    ("losses", "norms"),
    [(np.zeros(20), np.ones(20)), (np.r_[1.0, np.zeros(19)], np.zeros(20)), (np.zeros(20), np.full(20, np.nan))],
)
def test_other_logs(losses: np.ndarray, norms: np.ndarray) -> None:
    """A norm, an earlier loss, or norms that are not finite have other reasons."""
    assert look(NAME, Moment.AFTER, trace=trace(losses, grad_norms={"all": norms})) is None


def test_short_logs() -> None:
    """One entry, or no norms, show nothing."""
    answer = "the log has fewer than two entries, or no gradient norms"

    assert look(NAME, Moment.AFTER, trace=trace(np.zeros(1))) == answer
    assert look(NAME, Moment.AFTER, trace=trace(np.zeros(9), grad_norms={})) == answer
