"""Which fix is tried next."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment, Verdicts
from luthier.facts.plan import Plan, Reason
from luthier.facts.report import Evidence
from luthier.failures._engine import all_failures, ask
from luthier.stages.diagnose.remedy import Allowed, mended, next_remedy
from tests.failures.examples import data, plan

FAILURES = all_failures()
FROZEN = plan("frozen_body", head_rate=2e-5, epochs=3.0)
ALL = Allowed(asked=True, set_by_user=True)


def seen(now: Plan, **parts: object) -> Verdicts:
    """What every failure says of a plan."""
    return ask(FAILURES.values(), Moment.BEFORE, Evidence(plan=now, data=data(), **parts))  # type: ignore[arg-type]


def chosen_by_user(now: Plan, *names: str) -> Plan:
    """The plan with these values as the user's."""
    return replace(now, reasons={name: Reason("set with --set", "user") for name in names})


def test_the_cause_is_repaired() -> None:
    """A frozen encoder under a rate for encoders: its head gets a rate for heads, and it is said what changed."""
    found = next_remedy(seen(FROZEN), FAILURES, FROZEN, Allowed(), [FROZEN])

    assert found is not None
    assert (found.failure, found.plan.train.head_rate) == ("frozen_encoder_tiny_rate", 0.01)
    assert [(one.name, one.before, one.after) for one in found.changes] == [("train.head_rate", 2e-5, 0.01)]


@pytest.mark.parametrize(
    ("allowed", "repaired"),
    [(Allowed(), False), (Allowed(set_by_user=True), True), (Allowed(own=False), False)],
    ids=["own values", "all values", "none"],
)
def test_what_the_user_set(allowed: Allowed, repaired: bool) -> None:
    """It stays, unless the user allows it."""
    mine = chosen_by_user(FROZEN, "train.head_rate")

    assert (next_remedy(seen(mine), FAILURES, mine, allowed, [mine]) is not None) == repaired


def test_nothing_at_all() -> None:
    """Not even what the user did not set."""
    assert next_remedy(seen(FROZEN), FAILURES, FROZEN, Allowed(own=False), [FROZEN]) is None


def test_when_asked() -> None:
    """Fixes of this degree wait until somebody asks."""
    uneven = plan(metric="accuracy", epochs=20.0)
    counts = {"train": {"a": 760, "b": 40}}
    known = ask(FAILURES.values(), Moment.BEFORE, Evidence(plan=uneven, data=data(class_counts=counts)))

    assert next_remedy(known, FAILURES, uneven, Allowed(), [uneven]) is None
    found = next_remedy(known, FAILURES, uneven, ALL, [uneven])
    assert found is not None
    assert found.plan.train.class_weights


def test_no_plan_twice() -> None:
    """What was tried is not tried again."""
    repaired = next_remedy(seen(FROZEN), FAILURES, FROZEN, ALL, [FROZEN])

    assert repaired is not None
    assert next_remedy(seen(FROZEN), FAILURES, FROZEN, ALL, [FROZEN, repaired.plan]) is None


def test_all_at_once() -> None:
    """Of a run that is over every cause is mended; where nothing was seen, the plan is the same."""
    found, remedies = mended(seen(FROZEN), FAILURES, FROZEN)

    assert found.train.head_rate == 0.01
    assert "frozen_encoder_tiny_rate" in {one.failure for one in remedies}
    assert mended(Verdicts(), FAILURES, FROZEN) == (FROZEN, ())
