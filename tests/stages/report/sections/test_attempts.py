"""The attempts of a run that was repaired, in words."""

from dataclasses import replace

import pytest

from luthier.facts.attempt import Attempt
from luthier.facts.finding import Change, Verdicts
from luthier.facts.report import Evidence, Report
from luthier.stages.report.assemble import assemble
from luthier.stages.report.blocks import Drawings, Table
from luthier.stages.report.sections.attempts import attempts
from luthier.stages.report.terminal import terminal
from tests.failures.examples import evaluation, noisy, plan, scores, trace

CHANGE = Change("train.rate", 5e-3, 5e-5, "rate_too_high_collapse")
FIRST = Attempt(1, plan(), (), (), trace(noisy(0.7, 60)), scores(evaluation(0.5)), Verdicts(), "rate_too_high_collapse")
SECOND = replace(
    FIRST,
    number=2,
    causes=("rate_too_high_collapse",),
    changes=(CHANGE,),
    validation=scores(evaluation(0.95)),
    stopped_by="",
    chosen=True,
)


def report(*made: Attempt) -> Report:
    """A run of these attempts."""
    return Report("reviews", Evidence(plan=plan()), Verdicts(), attempts=made)


def test_side_by_side() -> None:
    """Score, change and end of each; the curves of all in one picture."""
    section = attempts(report(FIRST, SECOND))

    assert section is not None
    table, drawings = section.blocks
    assert isinstance(table, Table)
    assert isinstance(drawings, Drawings)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["attempt 1", "0.500", "nothing: the plan as it was", "stopped at step 60 by rate_too_high_collapse"],
        ["attempt 2 (kept)", "0.950", "rate_too_high_collapse: train.rate 0.005 → 5e-05", "after 60 steps"],
    ]
    assert "attempt 2" in drawings.drawings[0].says


def test_in_a_terminal() -> None:
    """The same story in 80 columns."""
    lines = terminal(assemble(report(FIRST, SECOND))).splitlines()

    assert "Attempts" in lines
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("made", [(), (replace(FIRST, chosen=True),)])
def test_nothing_was_repaired(made: tuple[Attempt, ...]) -> None:
    """Then there is nothing to tell."""
    assert attempts(report(*made)) is None


def test_repaired_before_a_step() -> None:
    """One attempt under a changed plan: a table, and no picture to compare."""
    section = attempts(report(replace(SECOND, number=1)))

    assert section is not None
    assert len(section.blocks) == 1
