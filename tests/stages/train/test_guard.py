"""The guard: asks whom it should, when it should, and tells each finding once."""

from luthier.facts.finding import Moment
from luthier.facts.report import Evidence
from luthier.failures._engine import all_failures
from luthier.stages.train.guard import Guard
from tests.samples import sample_plan, sample_trace


def evidence(*broken: int) -> Evidence:
    """A trace in which the loss of some steps is not a number."""
    return Evidence(plan=sample_plan(), trace=sample_trace(40, broken=broken))


def test_asks_who_can_see_during_training() -> None:
    """And nobody else."""
    failures = all_failures()
    guard = Guard(failures)
    guard.look(evidence())

    asked = {verdict.failure for verdict in guard.verdicts.all}
    assert asked == {name for name, failure in failures.items() if Moment.DURING in failure.moments}
    assert guard.seconds > 0


def test_a_finding_is_new_once() -> None:
    """The next look remembers it."""
    guard = Guard(all_failures())

    assert guard.look(evidence()) == ()
    (finding,) = guard.look(evidence(30, 31, 32))
    assert finding.failure == "loss_not_finite"
    assert guard.look(evidence(30, 31, 32)) == ()
    assert [found.failure for found in guard.verdicts.seen] == ["loss_not_finite"]


def test_silenced_failures_are_asked_but_not_told() -> None:
    """The user knows."""
    guard = Guard(all_failures(), ("loss_not_finite",))
    told = guard.look(evidence(30, 31, 32))

    assert "loss_not_finite" not in {finding.failure for finding in told}
    assert "loss_not_finite" in {verdict.failure for verdict in guard.verdicts.all}


def test_due_every_ten_steps() -> None:
    """Unless there is nobody to ask."""
    assert [step for step in range(1, 31) if Guard(all_failures()).due(step)] == [10, 20, 30]
    assert not Guard({}).due(10)
