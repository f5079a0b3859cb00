"""Answers behind the limit."""

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from luthier.facts.report import Evidence
from luthier.failures._engine import all_failures, ask
from tests.failures.examples import look, seen
from tests.failures.pair_examples import arguments, census, found, spans

NAME = "answer_beyond_cut"
FIT = RowCensus(tokens=40, supervised=2)
CUT = RowCensus(tokens=128, supervised=2, truncated=True)
OUTSIDE = RowCensus(tokens=40, supervised=0)


@pytest.mark.parametrize(("count", "severity"), [(9, "note"), (10, "warning"), (500, "error")])
def test_seen(count: int, severity: str) -> None:
    """From a hundredth of the rows on, and from half of them on."""
    finding = seen(NAME, Moment.BEFORE, spans=spans(cut=found(count)), arguments=arguments())

    assert (finding.severity, finding.numbers["limit"], finding.place.lines[0]) == (severity, 384, 7)


def test_windows() -> None:
    """With overlapping windows nothing is lost."""
    assert look(NAME, Moment.BEFORE, spans=spans(cut=found(500)), arguments=arguments(doc_stride=128)) is None


def test_clear_and_not_looked() -> None:
    """None behind it; no limit."""
    assert look(NAME, Moment.BEFORE, spans=spans()) is None
    assert "limit" in str(look(NAME, Moment.BEFORE, spans=spans(cut=None, limit=None)))
    assert "neither" in str(look(NAME, Moment.BEFORE, census=census(FIT)))


@pytest.mark.parametrize(("row", "cut", "outside"), [(CUT, 1, 0), (OUTSIDE, 0, 1)])
def test_batches(row: RowCensus, cut: int, outside: int) -> None:
    """Spans of cut rows that are not the answer, and spans beyond the input; batches are believed before rows."""
    facts = census(FIT, kind="span", rows=(row, FIT, FIT, FIT), unfit_spans=1)
    finding = seen(NAME, Moment.BEFORE, census=facts, spans=spans(cut=found(500)))

    assert (finding.variant, finding.severity, finding.numbers["percent"]) == ("batch", "warning", 25)
    assert (finding.numbers["cut"], finding.numbers["outside"]) == (cut, outside)


def test_batches_without_a_cut() -> None:
    """Windows with their answers; and spans that are wrong in rows that nobody cut."""
    assert look(NAME, Moment.BEFORE, census=census(CUT, kind="span", unfit_spans=0)) is None
    assert look(NAME, Moment.BEFORE, census=census(FIT, kind="span", unfit_spans=8)) is None


def test_long_questions_explain_it() -> None:
    """Where questions fill the limit, answers are behind it for that."""
    facts = spans(cut=found(60), long_questions=found(60))
    asked = [all_failures()[name] for name in (NAME, "question_fills_limit")]

    assert [one.failure for one in ask(asked, Moment.BEFORE, Evidence(spans=facts)).seen] == ["question_fills_limit"]
