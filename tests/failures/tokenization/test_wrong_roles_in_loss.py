"""Whose words are learned."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen
from tests.failures.pair_examples import arguments, census

NAME = "wrong_roles_in_loss"
ROLES = {"template": 10, "system": 10, "user": 20, "assistant": 40}
RIGHT = RowCensus(tokens=80, supervised=41, roles=ROLES, supervised_roles={"assistant": 40, "template": 1})
WHOLE = replace(RIGHT, supervised=79, supervised_roles={**ROLES, "template": 9})


@pytest.mark.parametrize(
    ("learned", "severity", "roles"),
    [
        ({"user": 20}, "error", "user"),
        ({"user": 20, "assistant": 40}, "warning", "user"),
        ({"system": 10, "user": 20}, "error", "system, user"),
    ],
)
def test_others(learned: dict[str, int], severity: str, roles: str) -> None:
    """Words that a mask should have taken out."""
    row = replace(RIGHT, supervised=sum(learned.values()), supervised_roles=learned)
    finding = seen(NAME, Moment.BEFORE, census=census(row))

    assert (finding.variant, finding.severity, finding.numbers["roles"]) == ("others", severity, roles)


def test_whole_conversations() -> None:
    """By choice, unless the settings ask for something else."""
    asked = arguments(assistant_only_loss=True)

    assert look(NAME, Moment.BEFORE, census=census(WHOLE), arguments=arguments(assistant_only_loss=False)) is None
    assert seen(NAME, Moment.BEFORE, census=census(WHOLE), arguments=asked).numbers["count"] == 240
    assert look(NAME, Moment.BEFORE, census=census(RIGHT), arguments=asked) is None


def test_whole_prompts() -> None:
    """The first token of a row never enters the loss, which is no mask."""
    row = RowCensus(40, 39, roles={"prompt": 20, "completion": 20}, supervised_roles={"prompt": 19, "completion": 20})

    assert look(NAME, Moment.BEFORE, census=census(row)) is None


def test_partly() -> None:
    """A note on conversations whose earlier answers are masked; not on prompts that hold some, nor on cut rows."""
    row = replace(RIGHT, supervised=20, supervised_roles={"assistant": 20})
    finding = seen(NAME, Moment.BEFORE, census=census(row, dropped_columns=("messages",)))

    assert (finding.variant, finding.severity, finding.numbers["percent"]) == ("partly", "note", 50)
    assert look(NAME, Moment.BEFORE, census=census(row, dropped_columns=("prompt", "completion"))) is None
    cut = census(replace(row, truncated=True), dropped_columns=("messages",))
    assert look(NAME, Moment.BEFORE, census=cut) is None


def test_not_looked() -> None:
    """Nobody knows who speaks, or nothing is learned."""
    assert "whose words" in str(look(NAME, Moment.BEFORE, census=census(replace(RIGHT, roles={}))))
    empty = replace(RIGHT, supervised=0, supervised_roles={})
    assert look(NAME, Moment.BEFORE, census=census(empty)) == "nothing enters the loss"
