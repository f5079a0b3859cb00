"""What a model that writes loses while it learns."""

from dataclasses import replace

import pytest

from luthier.facts.evaluation import Evaluation, SetLoss
from luthier.facts.finding import Moment
from luthier.facts.plan import Plan
from luthier.facts.trace import Trace
from tests.failures.examples import PLAN, look, noisy, seen, trace

NAME = "knowledge_forgotten"
WRITER = replace(PLAN, task="instruction")
TASK, GENERAL = (2.6, 2.2, 1.9, 1.8), (2.4, 2.7, 2.9, 3.0)


def scored(rows: int = 200, every: int = 25, **sets: tuple[float, ...]) -> Trace:
    """A run of two epochs, 50 steps each, with an evaluation of each set every so often."""
    evaluations = [
        (every * number, Evaluation("model", "validation", 0, {}, sets={name: SetLoss(loss, rows)}))
        for name, losses in sets.items()
        for number, loss in enumerate(losses, start=1)
    ]
    return trace(noisy((2.8, 1.7), 100, 0.01), evaluations=tuple(sorted(evaluations, key=lambda one: one[0])))


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_seen(moment: Moment) -> None:
    """One set falls, the other rises from its first evaluation on."""
    found = seen(NAME, moment, trace=scored(task=TASK, general=GENERAL), plan=WRITER)

    assert (found.severity, found.place.name) == ("warning", "general")
    assert (found.numbers["before"], found.numbers["now"], found.numbers["step"]) == (2.4, 3.0, 100)
    assert (found.numbers["better"], found.numbers["better_now"]) == ("task", 1.8)


def test_the_worst_of_three() -> None:
    """The set that lost most is named."""
    run = scored(task=TASK, general=GENERAL, french=(2.0, 2.6, 3.2, 4.0))

    assert seen(NAME, Moment.AFTER, trace=run, plan=WRITER).place.name == "french"


@pytest.mark.parametrize(
    "sets",
    [
        {"task": TASK, "general": (2.4, 2.42, 2.45, 2.46)},
        {"task": TASK, "general": (2.4, 2.7, 2.5, 2.6)},
        {"task": TASK, "general": (2.4, 2.1, 2.3, 2.6)},
        {"task": (2.0, 2.2, 2.5, 2.6), "general": GENERAL},
        {"train": TASK, "general": GENERAL},
        {"task": TASK, "general": (2.5, 2.4, 2.3, 2.2)},
    ],
    ids=["a little worse", "sways", "falls first", "both rise", "rows of training", "both fall"],
)
def test_clear(sets: dict[str, tuple[float, ...]]) -> None:
    """Nothing is lost that counts, or it is overfitting."""
    assert look(NAME, Moment.AFTER, trace=scored(**sets), plan=WRITER) is None


def test_rows_that_may_have_been_seen() -> None:
    """A rise after the first epoch is not told from overfitting where the other set is no worse than training."""
    late, low, high = (2.4, 2.41, 2.7, 3.0), (2.6, 2.2, 1.7, 1.2), (2.6, 2.3, 2.2, 2.1)

    assert "overfitting" in str(look(NAME, Moment.AFTER, trace=scored(task=low, general=late), plan=WRITER))
    assert seen(NAME, Moment.AFTER, trace=scored(task=high, general=late), plan=WRITER)


@pytest.mark.parametrize(
    ("run", "word"),
    [
        (scored(task=TASK), "one evaluation set"),
        (trace(noisy(1.0, 50)), "one evaluation set"),
        (scored(task=TASK, general=GENERAL, rows=5), "one evaluation set"),
        (scored(task=TASK[:2], general=GENERAL[:2]), "fewer than 3"),
    ],
)
def test_not_looked(run: Trace, word: str) -> None:
    """One set, few rows, or too few evaluations."""
    assert word in str(look(NAME, Moment.AFTER, trace=run, plan=WRITER))


def test_classifiers_are_not_judged() -> None:
    """Before tuning they knew no classes that they could forget."""
    plan: Plan = PLAN

    assert look(NAME, Moment.AFTER, trace=scored(task=TASK, general=GENERAL), plan=plan) is None
