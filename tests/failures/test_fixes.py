"""Changed plans and dropped rows."""

from luthier.facts.plan import Reason
from luthier.failures._fixes import repaired, without_scored_rows
from tests.failures.examples import plan, splits


def test_a_change_has_its_reason() -> None:
    """What changes is marked as a repair; the rest keeps its reason."""
    once = repaired(plan(), "train", {"rate": 1e-5, "warmup": 0.1}, "it was too high")

    assert once.train.rate == 1e-5
    assert once.reasons == {"train.rate": Reason("it was too high", "repair")}
    assert plan().reasons == {}


def test_nothing_to_change() -> None:
    """A plan that is already so keeps its reasons."""
    once = repaired(plan(), "train", {"rate": 1e-5}, "first")

    assert repaired(once, "train", {"rate": 1e-5}, "second").reasons == once.reasons


def test_rows_are_dropped_from_scored_splits_alone() -> None:
    """Train is never asked; a split without anything to drop is the same table."""
    before = splits(["a", "b"], ["c", "d"], ["e"])

    after = without_scored_rows(before, lambda name: {0} if name == "validation" else set())

    assert after.train is before.train
    assert after.validation["text"].to_pylist() == ["d"]
    assert after.test is before.test
