"""The run was resumed from a checkpoint that holds no optimizer: moments, rate and schedule began anew.

Symptom
    After a resume the learning rate is 0 and climbs through the warmup again, and the loss stands still for a while.

Why it is silent
    Trainer loads optimizer.pt and scheduler.pt where both are there. Where one is missing it goes on with new ones of
    both kinds, and says nothing. save_only_model=True leaves them out of every checkpoint.

Evidence
    After: the log shows a resume (or the settings name the checkpoint that was resumed from), and the checkpoint of
    that step, to within two entries of the log, has no optimizer or no schedule; or the run saved with
    save_only_model=True and its log shows a resume. Where the log shows none, nothing is said: weights alone are a good
    way to save disk.

Fix
    Sets save_only_model=False when asked; for a run that is over there is none.

Source
    transformers #35782 (https://github.com/huggingface/transformers/issues/35782). Our experiment with Transformers
    5.24, a tiny BERT resumed at step 15 of 40: without optimizer.pt, and in the very same way without scheduler.pt, the
    rate fell from 7.4e-4 to 0, and the final weights differ by 1.2e-2 from those of an undisturbed run; with both files
    they are equal bit for bit.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import Checkpoint, CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, Number, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset

MESSAGE = {
    "file": "The run was resumed at step {step} from {name}, which has no {missing}.",
    "setting": (
        "The run was resumed near step {step}, and save_only_model=True leaves the optimizer out of all checkpoints."
    ),
}
WHY = "Optimizer and schedule began anew: the rate climbed from 0 once more, and the run is another than it would be."
NEXT_STEP = {
    "file": "Resume from a checkpoint with optimizer.pt and scheduler.pt, or plan a new run from these weights.",
    "setting": "Set save_only_model=False (the fix does that when asked) for runs that may be resumed.",
}
DEGREE = Degree.WHEN_ASKED
SIGNS = ("run cannot be resumed", "loss flat, rate zero or never reached")
WITHIN = 2
"""A new schedule shows up to two entries late: the first entry after the resume may still have the old rate."""

BAD = RunScene(
    arguments={"save_only_model": True},
    log={"restart_at": 120},
    says="The run was resumed after two epochs, and its checkpoints hold weights alone.",
)
GOOD = RunScene(arguments={"save_only_model": True}, says="Checkpoints hold weights alone, and nobody resumed.")


def after(
    checkpoints: CheckpointFacts, arguments: Arguments | None = None, trace: Trace | None = None
) -> Finding | None:
    """Find the checkpoints from which the run was resumed."""
    width = WITHIN * trace.interval if trace is not None else 0
    for step in checkpoints.resumed_at:
        there = [one for one in checkpoints.all if step - width <= one.step <= step]
        if there and (missing := _missing(there[-1])):
            numbers: dict[str, Number] = {"step": there[-1].step, "name": there[-1].name, "missing": missing}
            return _finding("file", numbers, Place("file", f"{there[-1].name}/{missing}"))
    only = arguments is not None and arguments.flag("save_only_model") is True
    seen = [step for step in checkpoints.resumed_at if arguments is None or not _asked(arguments, step)]
    return _finding("setting", {"step": seen[0]}, Place("setting", "save_only_model")) if only and seen else None


def _missing(checkpoint: Checkpoint) -> str:
    """The file that is missing; DeepSpeed and FSDP keep optimizers in files and folders of other names."""
    files = checkpoint.files
    if not any(name.startswith(("optimizer", "global_step", "rank")) for name in files):
        return "optimizer.pt"
    return "scheduler.pt" if "optimizer.pt" in files and "scheduler.pt" not in files else ""


def _asked(arguments: Arguments, step: int) -> bool:
    """Whether it is known from the settings alone: that checkpoint may be another run's."""
    return arguments.text("resume_from_checkpoint").rstrip("/\\").endswith(f"checkpoint-{step}")


def _finding(variant: str, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="checkpoint_without_optimizer",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.9,
        numbers=numbers,
        place=place,
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Save whole checkpoints."""
    return reset(arguments, "save_only_model", False) if arguments.flag("save_only_model") else arguments
