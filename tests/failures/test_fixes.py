"""Changed plans and dropped rows."""

import pytest

from luthier.facts.plan import Reason
from luthier.failures._fixes import raised, repaired, wide_enough, without_scored_rows
from tests.failures.examples import MODEL, plan, splits
from tests.failures.pair_examples import arguments


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


@pytest.mark.parametrize(
    ("limit", "longest", "wide"), [(64, 90, 96), (128, 90, 128), (64, 9000, MODEL.usable_positions)]
)
def test_limits_for_rows(limit: int, longest: int, wide: int) -> None:
    """Multiples of 8, never below the limit that is set, at most what the model can take."""
    assert wide_enough(limit, longest, MODEL) == wide
    assert wide_enough(limit, 9000, None) == 9000
    assert wide_enough(limit, 9000, None, unknown=512) == 512


def test_limits_are_raised_alone() -> None:
    """A limit is never lowered, and none is made up."""
    assert raised(arguments(max_length=64), "max_length", 96).number("max_length") == 96
    assert raised(arguments(max_length=64), "max_length", 32).number("max_length") == 64
    assert raised(arguments(), "max_length", 96) == arguments()
