"""Rates after a resume."""

import numpy as np
import pytest

from luthier.facts.arguments import Plain
from luthier.facts.checkpoints import Checkpoint, CheckpointFacts
from luthier.facts.finding import Moment
from luthier.facts.trace import Floats, Trace
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.pair_examples import arguments

NAME = "resume_changes_schedule"
SETTINGS = arguments(lr_scheduler_type="linear")


def falling(first: float, last: float, steps: int) -> Floats:
    """A straight schedule."""
    return np.linspace(first, last, steps)


def run(*rates: Floats) -> Trace:
    """A run with these rates, one after another."""
    joined = np.concatenate(rates)
    return trace(noisy((1.0, 0.3), len(joined)), rates={"all": joined})


def facts(*resumed: int, **changed: tuple[Plain, Plain]) -> CheckpointFacts:
    """A checkpoint at step 50."""
    return CheckpointFacts((Checkpoint("checkpoint-50", 50),), resumed_at=resumed, changed=changed)


def test_jumps() -> None:
    """A rate that rises where the run was resumed, and the settings behind it."""
    log = run(falling(1e-3, 5e-4, 50), falling(8e-4, 0, 50))
    found = seen(NAME, Moment.AFTER, trace=log, checkpoints=facts(50, num_train_epochs=(3, 6)), arguments=SETTINGS)

    assert (found.variant, found.numbers["step"]) == ("jumps", 51)
    assert "num_train_epochs 3 → 6" in str(found.numbers["changed"])


@pytest.mark.parametrize(
    ("now", "later"),
    [(1e-5, falling(5e-4, 0, 50)), (1e-2, falling(5e-4, 0, 50))],
    ids=["lowered", "raised"],
)
def test_ignored(now: float, later: Floats) -> None:
    """The new rate has no effect, whether it is lower or higher."""
    log = run(falling(1e-3, 5e-4, 50), later)
    found = seen(NAME, Moment.AFTER, trace=log, checkpoints=facts(learning_rate=(1e-3, now)), arguments=SETTINGS)

    assert (found.variant, found.numbers["now"], found.numbers["step"]) == ("ignored", now, 52)


@pytest.mark.parametrize(
    ("log", "checkpoints"),
    [
        (run(falling(1e-3, 0, 100)), facts()),
        (run(falling(1e-3, 0, 100)), facts(50)),
        (run(falling(1e-3, 5e-4, 50), falling(8e-4, 0, 50)), facts()),
        (run(falling(1e-3, 5e-4, 50), falling(1e-5, 0, 50)), facts(learning_rate=(1e-3, 1e-5))),
        (run(falling(1e-3, 5e-4, 50), falling(5e-3, 0, 50)), facts(learning_rate=(1e-3, 1e-2))),
        (run(falling(1e-3, 0, 100)), facts(learning_rate=("linear", None))),
        (run(falling(1e-3, 5e-4, 50)), facts(learning_rate=(1e-3, 1e-5))),
        (run(falling(0, 1e-3, 20), falling(1e-3, 0, 80)), facts(10)),
    ],
)
def test_clear(log: Trace, checkpoints: CheckpointFacts) -> None:
    """No resume; one that changes nothing; a rise that no resume explains; a new rate that holds; a warmup."""
    assert look(NAME, Moment.AFTER, trace=log, checkpoints=checkpoints, arguments=SETTINGS) is None


def test_without_rates() -> None:
    """A log without rates says nothing."""
    log = trace(noisy(1.0, 20), rates={})

    assert look(NAME, Moment.AFTER, trace=log, checkpoints=facts(50), arguments=SETTINGS) is None
