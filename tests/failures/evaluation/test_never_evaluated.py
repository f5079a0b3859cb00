"""Runs without scores."""

import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.census import RowCensus, Scoring
from luthier.facts.finding import Moment
from luthier.failures._engine import all_failures
from tests.failures.examples import look, noisy, plan, seen, trace
from tests.failures.pair_examples import census
from tests.failures.scored_examples import scored

NAME = "never_evaluated"
LOG = trace(noisy(0.4, 100))


def settings(**values: Plain) -> Arguments:
    """Settings of a Trainer."""
    return Arguments("TrainingArguments", "transformers", values)


@pytest.mark.parametrize(
    ("values", "severity"),
    [({"eval_strategy": "no"}, "note"), ({"eval_strategy": "epoch", "eval_delay": 9.0}, "warning")],
)
def test_before(values: dict[str, Plain], severity: str) -> None:
    """Rows are there, and no evaluation falls into the run; whoever asked for one did not want that."""
    rows = census(RowCensus(20, 10), scoring=Scoring(80))
    found = seen(NAME, Moment.BEFORE, arguments=settings(**values), plan=plan(epochs=3.0), census=rows)

    assert (found.severity, found.numbers["rows"]) == (severity, 80)


@pytest.mark.parametrize(("rows", "strategy"), [(0, "no"), (80, "epoch"), (80, "steps")])
def test_before_clear(rows: int, strategy: str) -> None:
    """No rows to score, or they are scored."""
    batch = census(RowCensus(20, 10), scoring=Scoring(rows))

    assert look(NAME, Moment.BEFORE, arguments=settings(eval_strategy=strategy), plan=plan(), census=batch) is None


@pytest.mark.parametrize(("given", "severity"), [(True, "warning"), (None, "note")])
def test_after(given: bool | None, severity: str) -> None:
    """No score anywhere."""
    found = seen(NAME, Moment.AFTER, arguments=settings(do_eval=given), trace=LOG)

    assert (found.severity, found.numbers["steps"]) == (severity, 100)


def test_after_clear() -> None:
    """Scores in a file, a run that asks for scores and broke off, a short trial."""
    asked = settings(eval_strategy="epoch")

    assert look(NAME, Moment.AFTER, arguments=settings(), trace=LOG, test=scored(accuracy=0.9)) is None
    assert look(NAME, Moment.AFTER, arguments=asked, trace=LOG) is None
    assert look(NAME, Moment.AFTER, arguments=settings(), trace=trace(noisy(0.4, 29))) is None


def test_fix() -> None:
    """Scored after each epoch."""
    fix = all_failures()[NAME].fix_arguments
    assert fix is not None
    mended = fix(settings(eval_delay=9.0), seen(NAME, Moment.AFTER, arguments=settings(), trace=LOG))

    assert (mended.text("eval_strategy"), mended.number("eval_delay")) == ("epoch", 0)
