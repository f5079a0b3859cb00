"""Resumes from checkpoints without an optimizer."""

import pytest

from luthier.facts.checkpoints import Checkpoint, CheckpointFacts
from luthier.facts.finding import Moment
from luthier.failures.saving.checkpoint_without_optimizer import fix
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.pair_examples import arguments

NAME = "checkpoint_without_optimizer"
WHOLE = ("model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json")
LOG = trace(noisy((1.0, 0.5), 30), interval=10)


def kept(*files: str, resumed: int = 100) -> CheckpointFacts:
    """A run that was resumed, with the checkpoint of step 100."""
    return CheckpointFacts((Checkpoint("checkpoint-100", 100, files),), resumed_at=(resumed,))


@pytest.mark.parametrize("missing", ["optimizer.pt", "scheduler.pt"])
@pytest.mark.parametrize("resumed", [100, 110, 120])
def test_file(missing: str, resumed: int) -> None:
    """Each of the two; the log shows it up to two entries late."""
    files = tuple(name for name in WHOLE if name != missing)
    found = seen(NAME, Moment.AFTER, checkpoints=kept(*files, resumed=resumed), trace=LOG)

    assert (found.variant, found.numbers["step"], found.place.name) == ("file", 100, f"checkpoint-100/{missing}")
    assert fix(arguments(), found) == arguments()


def test_setting() -> None:
    """The folder is gone, but no checkpoint of this run ever had an optimizer; the fix saves whole ones."""
    settings = arguments(save_only_model=True)
    found = seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts((), resumed_at=(60,)), arguments=settings)

    assert (found.variant, found.numbers["step"]) == ("setting", 60)
    once = fix(settings, found)
    assert once.flag("save_only_model") is False
    assert fix(once, found) == once


@pytest.mark.parametrize(
    "files",
    [WHOLE, ("model.safetensors", "optimizer.bin"), ("pytorch_model_fsdp_0/a", "optimizer_0/b", "scheduler.pt")],
)
def test_clear_files(files: tuple[str, ...]) -> None:
    """Whole, whichever tool wrote it."""
    assert look(NAME, Moment.AFTER, checkpoints=kept(*files), trace=LOG) is None


def test_clear() -> None:
    """Nobody resumed; the checkpoint at hand is a later one; or it is another run's, which may be whole."""
    alone = kept("model.safetensors")
    other = arguments(save_only_model=True, resume_from_checkpoint="first/checkpoint-60")

    assert look(NAME, Moment.AFTER, checkpoints=CheckpointFacts(alone.all), arguments=other) is None
    assert look(NAME, Moment.AFTER, checkpoints=kept("model.safetensors", resumed=60), trace=LOG) is None
    assert look(NAME, Moment.AFTER, checkpoints=CheckpointFacts((), resumed_at=(60,)), arguments=other) is None
