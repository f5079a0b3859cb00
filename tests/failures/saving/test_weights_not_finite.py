"""Weights that are not numbers."""

from luthier.facts.checkpoints import Checkpoint, CheckpointFacts, Injury
from luthier.facts.finding import Moment
from luthier.facts.saved import AdapterFacts, WeightFacts
from tests.failures.examples import look, seen

NAME = "weights_not_finite"
WHOLE = WeightFacts(("model.safetensors",), {"a": (2,), "b": (2,)})
LOST = Injury("not finite", "weights", "checkpoint-20/model.safetensors", "2 tensors, a first")
CHECKPOINTS = CheckpointFacts(
    (Checkpoint("checkpoint-10", 10), Checkpoint("checkpoint-20", 20, (), (LOST,), True, False))
)


def test_model() -> None:
    """The file, how many, and where to go back to."""
    weights = WeightFacts(("model.safetensors",), {"a": (2,), "b": (2,)}, not_finite=("a",))
    found = seen(NAME, Moment.AFTER, weights=weights, checkpoints=CHECKPOINTS)

    assert (found.variant, found.place.name) == ("whole", "model.safetensors")
    assert (found.numbers["count"], found.numbers["total"], found.numbers["safe"]) == (1, 2, "checkpoint-10")


def test_adapter() -> None:
    """An adapter alone is enough to spoil a model."""
    found = seen(NAME, Moment.AFTER, adapter=AdapterFacts("adapter", {}, {"a": (2,)}, ("a",)))

    assert (found.numbers["what"], found.place.name) == ("adapter", "adapter")


def test_checkpoint() -> None:
    """The saved model is whole, the newest checkpoint is not."""
    found = seen(NAME, Moment.AFTER, weights=WHOLE, checkpoints=CHECKPOINTS)

    assert (found.variant, found.numbers["step"], found.place.name) == ("checkpoint", 20, LOST.file)


def test_in_memory() -> None:
    """Before a training, of a model that lies in no file."""
    broken = WeightFacts((), {"a": (2,), "b": (2,)}, not_finite=("b",), learning=("a", "b"))
    found = seen(NAME, Moment.BEFORE, weights=broken)

    assert (found.variant, found.place.name, found.numbers["first"]) == ("live", "model", "b")


def test_files_before() -> None:
    """A folder that is read is told as after the training."""
    broken = WeightFacts(("model.safetensors",), {"a": (2,)}, not_finite=("a",))
    found = seen(NAME, Moment.BEFORE, weights=broken, checkpoints=CHECKPOINTS)

    assert (found.variant, found.numbers["safe"]) == ("whole", "checkpoint-10")


def test_clear() -> None:
    """All that is there is finite."""
    assert look(NAME, Moment.BEFORE, weights=WHOLE) is None
    assert look(NAME, Moment.AFTER, weights=WHOLE) is None


def test_not_looked() -> None:
    """No weights were read."""
    assert look(NAME, Moment.AFTER) == "no weights in safetensors files were found"
