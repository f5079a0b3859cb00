"""Resumes that go back in the data."""

from luthier.facts.checkpoints import Checkpoint, CheckpointFacts
from luthier.facts.finding import Moment
from luthier.failures.saving.resume_replays_data import fix
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.pair_examples import arguments

NAME = "resume_replays_data"
SKIPS = arguments(ignore_data_skip=True)
LOG = trace(noisy((1.0, 0.5), 15), interval=10)


def resumed(step: int, saved: int = 200) -> CheckpointFacts:
    """A run whose position in epochs went back behind a step."""
    return CheckpointFacts((Checkpoint(f"checkpoint-{saved}", saved),), replayed=(step,), resumed_at=(step,))


def test_seen() -> None:
    """Twenty steps into an epoch of fifty; the fix skips rows."""
    found = seen(NAME, Moment.AFTER, arguments=SKIPS, checkpoints=resumed(70), trace=LOG)

    assert (found.severity, found.numbers["again"], found.numbers["per_epoch"]) == ("warning", 20, 50)
    once = fix(SKIPS, found)
    assert once.flag("ignore_data_skip") is False
    assert fix(once, found) == once


def test_checkpoint_is_exact() -> None:
    """The log is coarse; the checkpoint is not."""
    found = seen(NAME, Moment.AFTER, arguments=SKIPS, checkpoints=resumed(70, saved=75), trace=LOG)

    assert found.numbers["step"] == 75


def test_clear() -> None:
    """At the end of an epoch, with rows skipped, or without a resume."""
    assert look(NAME, Moment.AFTER, arguments=SKIPS, checkpoints=resumed(100), trace=LOG) is None
    assert look(NAME, Moment.AFTER, arguments=arguments(), checkpoints=resumed(70), trace=LOG) is None
    assert look(NAME, Moment.AFTER, arguments=SKIPS, checkpoints=CheckpointFacts(()), trace=LOG) is None


def test_not_looked() -> None:
    """How long an epoch is, is not known."""
    log = trace(noisy((1.0, 0.5), 15), steps_per_epoch=0)

    assert "length of an epoch" in str(look(NAME, Moment.AFTER, arguments=SKIPS, checkpoints=resumed(70), trace=log))
