"""Rows known by heart."""

from dataclasses import replace

import pytest

from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Moment
from luthier.facts.generations import GenerationFacts
from luthier.facts.plan import Plan
from luthier.facts.trace import Trace
from luthier.failures._engine import all_failures
from tests.failures.examples import look, noisy, plan, seen, trace
from tests.failures.pair_examples import arguments

NAME = "overtrained_repetition"


def writer(epochs: float = 20.0, task: str = "instruction") -> Plan:
    """A plan of a model that writes."""
    return replace(plan(epochs=epochs), task=task)


def run(end: float = 0.02, scored: tuple[float, ...] = (), epochs: int = 20) -> Trace:
    """A run whose loss goes down to a value and stays there; 50 steps an epoch."""
    evaluations = tuple(
        (50 * (number + 1), Evaluation("model", "validation", 100, {}, loss=loss)) for number, loss in enumerate(scored)
    )
    settled = [*noisy((3.0, end), 25 * epochs), *([end] * (25 * epochs))]
    return trace(settled, evaluations=evaluations)


def texts(repeating: int, rows: int = 100) -> GenerationFacts:
    """Generated texts."""
    return GenerationFacts("generated_predictions.txt", rows, repeating=repeating)


def test_by_heart() -> None:
    """The evaluation loss has doubled; the end that is suggested is its lowest point."""
    found = seen(NAME, Moment.AFTER, trace=run(scored=(1.4, 1.2, 1.6, 2.9)), plan=writer())

    assert (found.variant, found.numbers["best_step"], found.numbers["suggested"]) == ("by heart", 100, 2)


@pytest.mark.parametrize("task", ["instruction", "translation"])
def test_repeats(task: str) -> None:
    """A tenth of the texts repeat themselves."""
    found = seen(NAME, Moment.AFTER, trace=run(), plan=writer(task=task), generations=texts(10))

    assert (found.variant, found.numbers["count"], found.numbers["suggested"]) == ("repeats", 10, 3)


@pytest.mark.parametrize(
    ("log", "then", "written"),
    [
        (run(0.3), writer(), texts(50)),
        (run(epochs=4), writer(4.0), texts(50)),
        (run(), writer(task="text_classification"), texts(50)),
        (run(), writer(), texts(9)),
        (run(), writer(), texts(5, rows=9)),
        (run(scored=(1.4, 1.2, 1.6)), writer(), None),
        (replace(run(), steps_per_epoch=0), writer(), texts(50)),
    ],
)
def test_clear(log: Trace, then: Plan, written: GenerationFacts | None) -> None:
    """A loss that is still there, few epochs, another task, hardly any repeats, few texts, a small rise."""
    assert look(NAME, Moment.AFTER, trace=log, plan=then, generations=written) is None


def test_best_is_loaded() -> None:
    """What is kept is not the end of such a run."""
    log, loads = run(scored=(1.4, 1.2, 1.6, 2.9)), arguments(load_best_model_at_end=True)

    assert look(NAME, Moment.AFTER, trace=log, plan=writer(), arguments=loads) is None


def test_not_looked() -> None:
    """A low loss alone may be a task with certain answers."""
    assert "neither" in str(look(NAME, Moment.AFTER, trace=run(), plan=writer()))


def test_fix() -> None:
    """Ends earlier, never later."""
    fix = all_failures()[NAME].fix_plan
    assert fix is not None
    found = seen(NAME, Moment.AFTER, trace=run(), plan=writer(), generations=texts(10))

    assert fix(writer(), found).train.epochs == 3.0
    assert fix(writer(1.0), found).train.epochs == 1.0
