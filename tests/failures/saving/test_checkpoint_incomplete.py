"""Checkpoints that are not whole."""

import pytest

from luthier.facts.checkpoints import Checkpoint, CheckpointFacts, Injury
from luthier.facts.finding import Moment
from tests.failures.examples import look, seen

NAME = "checkpoint_incomplete"
WHOLE = Checkpoint("checkpoint-10", 10)


def hurt(*injuries: tuple[str, str], step: int = 20) -> Checkpoint:
    """A checkpoint with injuries of (kind, part)."""
    name = f"checkpoint-{step}"
    made = tuple(Injury(kind, part, f"{name}/{part}.pt") for kind, part in injuries)  # type: ignore[arg-type]
    return Checkpoint(name, step, (), made, resumes=False)


@pytest.mark.parametrize(
    ("injuries", "variant"),
    [
        ([("missing", "optimizer")], "silent"),
        ([("missing", "schedule"), ("missing", "random state")], "silent"),
        ([("cut", "optimizer")], "stops"),
        ([("missing", "optimizer"), ("missing", "weights")], "stops"),
        ([("empty folder", "folder")], "stops"),
        ([("inconsistent", "state")], "stops"),
    ],
)
def test_newest(injuries: list[tuple[str, str]], variant: str) -> None:
    """What a resume begins afresh is silent, everything else stops it; the safe one is named."""
    found = seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts((WHOLE, hurt(*injuries))))

    assert (found.severity, found.variant) == ("error", variant)
    assert (found.numbers["name"], found.numbers["safe"]) == ("checkpoint-20", "checkpoint-10")


def test_older() -> None:
    """A note: the run can go on."""
    found = seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts((hurt(("cut", "weights"), step=5), WHOLE)))

    assert (found.severity, found.variant, found.numbers["safe"]) == ("note", "older", "checkpoint-10")


def test_older_that_was_resumed_from() -> None:
    """Another failure tells it, unless nobody went on from it or it was cut."""
    lost, cut = hurt(("missing", "optimizer"), step=5), hurt(("cut", "optimizer"), step=5)

    assert look(NAME, Moment.AFTER, checkpoints=CheckpointFacts((lost, WHOLE), resumed_at=(6,))) is None
    assert seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts((cut, WHOLE), resumed_at=(6,)))
    assert seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts((lost, WHOLE), resumed_at=(11,)))


def test_none_is_safe() -> None:
    """Then it says so."""
    found = seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts((hurt(("cut", "weights")),)))

    assert "none is whole" in str(found.numbers["safe"])


def test_many_injuries_are_counted() -> None:
    """Three are named."""
    parts = [("missing", part) for part in ("weights", "optimizer", "schedule", "state", "config")]

    found = seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts((hurt(*parts),)))

    assert str(found.numbers["files"]).endswith("schedule.pt is missing and 2 more")


def test_clear() -> None:
    """Whole ones, ones that hold weights alone on purpose, and NaN, which is a failure of its own."""
    weights_only = Checkpoint("checkpoint-20", 20, resumes=False)

    assert look(NAME, Moment.AFTER, checkpoints=CheckpointFacts((WHOLE, weights_only))) is None
    assert look(NAME, Moment.AFTER, checkpoints=CheckpointFacts((hurt(("not finite", "weights")),))) is None
