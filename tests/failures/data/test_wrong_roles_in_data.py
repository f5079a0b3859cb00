"""Conversations in which nobody is the assistant."""

import pytest

from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import found, pairs

NAME = "wrong_roles_in_data"


@pytest.mark.parametrize(("count", "severity"), [(10, "warning"), (499, "warning"), (500, "error")])
def test_unknown_roles(count: int, severity: str) -> None:
    """Roles that templates do not know are named."""
    roles = {"user": 1000, "assistant": 1000 - count, "Bot": count}
    finding = seen(NAME, Moment.BEFORE, pairs=pairs(without_assistant=found(count), roles=roles))

    assert (finding.severity, finding.variant, finding.numbers["roles"]) == (severity, "unknown", "'Bot'")
    assert finding.numbers["turns"] == count


def test_unanswered() -> None:
    """Known roles, and no answer."""
    finding = seen(
        NAME, Moment.BEFORE, pairs=pairs(without_assistant=found(50), roles={"user": 1000, "assistant": 950})
    )

    assert (finding.variant, finding.severity) == ("unanswered", "warning")


def test_clear() -> None:
    """A few without answer, tools that are called, and other forms."""
    roles = {"user": 1000, "assistant": 1000, "tool": 10, "observation": 3}

    assert look(NAME, Moment.BEFORE, pairs=pairs(without_assistant=found(9), roles=roles)) is None
    assert "no conversations" in str(look(NAME, Moment.BEFORE, pairs=pairs(form="text", roles={})))
