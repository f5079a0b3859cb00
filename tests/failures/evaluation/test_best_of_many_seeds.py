"""The best seed."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from luthier.facts.siblings import Sibling, SiblingFacts
from tests.failures.examples import look, seen

NAME = "best_of_many_seeds"


def runs(*values: float, reported: float | None = None) -> SiblingFacts:
    """Runs with these accuracies, and one above them."""
    made = tuple(Sibling(f"seed-{seed}", {"accuracy": value}) for seed, value in enumerate(values))
    return SiblingFacts(made, {} if reported is None else {"accuracy": reported}, "eval_results.json")


def test_seen() -> None:
    """The number above is that of the best."""
    found = seen(NAME, Moment.AFTER, siblings=runs(0.8, 0.9, 0.85, reported=0.9))

    assert (found.severity, found.numbers["count"]) == ("warning", 3)
    assert found.numbers["mean"] == pytest.approx(0.85)
    assert found.numbers["spread"] == pytest.approx(0.05)


def test_numbered() -> None:
    """Numbered runs may differ in more than their seed."""
    facts = runs(0.8, 0.9, 0.85, reported=0.9)
    numbered = replace(facts, runs=tuple(replace(run, name=run.name.replace("seed", "run")) for run in facts.runs))

    assert seen(NAME, Moment.AFTER, siblings=numbered).severity == "note"


@pytest.mark.parametrize(
    "facts",
    [
        runs(0.8, 0.9, 0.85, reported=0.85),
        runs(0.8, 0.9, 0.85),
        runs(0.8, 0.9, reported=0.9),
        runs(0.9, 0.9, 0.9, reported=0.9),
        SiblingFacts(),
    ],
    ids=["mean", "nothing reported", "two", "equal", "none"],
)
def test_clear(facts: SiblingFacts) -> None:
    """Another number, none, too few runs, or runs that are equal."""
    assert look(NAME, Moment.AFTER, siblings=facts) is None
