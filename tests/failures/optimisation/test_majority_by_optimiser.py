"""SGD at a rate for AdamW."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.finding import Moment
from luthier.facts.optimiser import OptimiserFacts, OptimiserGroup
from luthier.failures._engine import all_failures
from tests.failures.examples import look, noisy, plan, seen, trace
from tests.failures.pair_examples import arguments

NAME = "majority_by_optimiser"
SGD, ADAMW = arguments(optim="sgd"), arguments(optim="adamw_torch")


def own(kind: str = "", **settings: Plain) -> OptimiserFacts:
    """An optimiser of one group."""
    return OptimiserFacts("the trainer", kind, (OptimiserGroup(settings, 30),))


@pytest.mark.parametrize(
    "parts",
    [
        {"arguments": SGD},
        {"arguments": ADAMW, "optimiser": own("SGD", initial_lr=1e-3)},
        {"arguments": ADAMW, "optimiser": own(initial_lr=1e-3, nesterov=False, momentum=0)},
        {"arguments": ADAMW, "optimiser": own(initial_lr=1e-4, nesterov=False, momentum=0.9)},
        {"arguments": ADAMW, "optimiser": own("SGD")},
    ],
)
def test_seen(parts: dict[str, object]) -> None:
    """By the settings, by the class, by what a checkpoint holds."""
    assert seen(NAME, Moment.BEFORE, plan=plan(), **parts).severity == "warning"


@pytest.mark.parametrize(
    "parts",
    [
        {"arguments": ADAMW},
        {"arguments": SGD, "optimiser": own("AdamW", initial_lr=1e-5, betas=(0.9, 0.999))},
        {"arguments": ADAMW, "optimiser": own("SGD", initial_lr=0.05)},
        {"arguments": ADAMW, "optimiser": own("SGD", initial_lr=1e-3, momentum=0.9)},
    ],
)
def test_clear(parts: dict[str, object]) -> None:
    """AdamW, or a rate for SGD."""
    assert look(NAME, Moment.BEFORE, plan=plan(), **parts) is None


def test_run() -> None:
    """A loss that crept; one that fell is left alone, before and after."""
    crept, fell = trace(noisy((1.39, 1.37), 100)), trace(noisy((1.39, 0.3), 100))

    assert seen(NAME, Moment.AFTER, plan=plan(), arguments=SGD, trace=crept).severity == "error"
    assert look(NAME, Moment.AFTER, plan=plan(), arguments=SGD, trace=fell) is None
    assert look(NAME, Moment.BEFORE, plan=plan(), arguments=SGD, trace=fell) is None
    assert look(NAME, Moment.AFTER, plan=plan(), arguments=ADAMW, trace=crept) is None
    assert "fewer than ten" in str(look(NAME, Moment.AFTER, plan=plan(), arguments=SGD, trace=trace([1.0] * 9)))


def test_fix() -> None:
    """Both settings; an optimiser of one's own stays."""
    fix = all_failures()[NAME].fix_arguments
    assert fix is not None
    found = seen(NAME, Moment.BEFORE, plan=plan(), arguments=SGD)

    assert fix(SGD, found).values == {"optim": "adamw_torch", "learning_rate": 5e-5}
    assert fix(ADAMW, found) == ADAMW
