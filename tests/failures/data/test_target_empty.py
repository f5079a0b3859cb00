"""Targets without a word."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.report import Evidence
from luthier.failures._engine import all_failures, ask
from tests.failures.examples import look, seen
from tests.failures.pair_examples import found, pairs

NAME = "target_empty"


@pytest.mark.parametrize(("count", "severity"), [(9, "note"), (10, "warning"), (499, "warning"), (500, "error")])
def test_seen(count: int, severity: str) -> None:
    """From a hundredth of the rows on, and from half of them on."""
    assert seen(NAME, Moment.BEFORE, pairs=pairs(empty_targets=found(count))).severity == severity


def test_clear() -> None:
    """Each row has its target."""
    assert look(NAME, Moment.BEFORE, pairs=pairs()) is None


def test_told_as_a_symptom() -> None:
    """Where nobody speaks as the assistant, that is why targets are empty."""
    facts = pairs(empty_targets=found(1000), without_assistant=found(1000), roles={"user": 1000, "bot": 1000})
    verdicts = ask(
        [all_failures()[name] for name in (NAME, "wrong_roles_in_data")], Moment.BEFORE, Evidence(pairs=facts)
    )

    assert [finding.failure for finding in verdicts.seen] == ["wrong_roles_in_data"]
