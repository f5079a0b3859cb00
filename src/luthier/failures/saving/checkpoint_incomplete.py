"""The newest checkpoint is not whole, so that the run cannot go on from it, or goes on as another run.

Symptom
    Resuming stops with an error about a missing or damaged file; or it works, and the result differs from that of an
    undisturbed run.

Why it is silent
    Checkpoints are written file by file into their final folder. A process that is killed meanwhile leaves a folder
    that looks like any other. A missing optimizer, schedule or random state is not reported at all: training goes on
    with fresh ones.

Evidence
    After: files of the newest checkpoint are missing, cut or unreadable, its folder is empty, or its state names
    another step than the folder. Completeness is judged by what Trainer writes; checkpoints that leave the optimizer
    out on purpose (save_only_model) are whole. An error where the newest is injured, a note where only older ones
    are.

Fix
    Advice only: names the newest checkpoint from which training goes on unharmed.

Source
    transformers #35782 (https://github.com/huggingface/transformers/issues/35782): resuming fails on an incomplete last
    checkpoint; #17032 (random state). Our experiment with Transformers 5.24, killed at random: 28 of 60 runs could not
    resume. Without optimizer.pt or scheduler.pt it resumed silently to weights that differ by 6e-3, without the
    random state by 1e-3.
"""

from luthier.facts.checkpoints import Checkpoint, CheckpointFacts, Injury
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.scene import RunScene

MESSAGE = {
    "stops": ("{name}, the newest checkpoint, is not whole: {files}. Resuming from it stops with an error."),
    "silent": (
        "{name}, the newest checkpoint, is not whole: {files}. Resuming from it raises nothing and "
        "goes on as another run."
    ),
    "older": "{name} is not whole: {files}. Newer checkpoints are.",
}
WHY = {
    "stops": "A run that was killed while it saved cannot be resumed by its newest checkpoint, though others serve.",
    "silent": "What is missing is begun afresh: moments of the optimizer, the schedule or the order of random numbers.",
    "older": "Whoever goes back to it, because its score was better, will find that it does not load or resume.",
}
NEXT_STEP = {
    "stops": "Resume from {safe}, and remove {name}.",
    "silent": "Resume from {safe}, and remove {name}.",
    "older": "Remove {name}; {safe} is safe to resume from.",
}
DEGREE = Degree.ADVICE
SIGNS = ("run cannot be resumed",)
NOT_READ = frozenset({"arguments", "tokenizer"})
BEGUN_AFRESH = frozenset({"optimizer", "schedule", "random state"})

BAD = RunScene(
    log={"stop": 240},
    checkpoints={"checkpoint-240": ("missing optimizer.pt", "missing scheduler.pt", "missing rng_state.pth")},
    says="The process was killed while it wrote its newest checkpoint.",
)
GOOD = RunScene(log={"stop": 240}, says="The process was killed after it had written its newest checkpoint.")


def after(checkpoints: CheckpointFacts) -> Finding | None:
    """Look at the newest checkpoint, then at the older ones."""
    injured = [one for one in reversed(checkpoints.all) if _injuries(one) and not _told_elsewhere(one, checkpoints)]
    if not injured:
        return None
    worst, injuries = injured[0], _injuries(injured[0])
    afresh = _begun_afresh(injuries)
    newest, more = worst is checkpoints.newest, len(injuries) - 3
    return Finding(
        failure="checkpoint_incomplete",
        moment=Moment.AFTER,
        severity="error" if newest else "note",
        confidence=1.0,
        numbers={
            "name": worst.name,
            "count": len(injuries),
            "files": ", ".join(map(_told, injuries[:3])) + (f" and {more} more" if more > 0 else ""),
            "safe": checkpoints.safe.name if checkpoints.safe is not None else "the pretrained model: none is whole",
        },
        place=Place("file", injuries[0].file, step=worst.step),
        variant="older" if not newest else "silent" if afresh else "stops",
    )


def _injuries(checkpoint: Checkpoint) -> tuple[Injury, ...]:
    """What resuming would meet; weights that are not numbers are a failure of their own.

    Settings and tokenizer are not read on resume (Transformers 5.24).
    """
    return tuple(one for one in checkpoint.injuries if one.kind != "not finite" and one.part not in NOT_READ)


def _told_elsewhere(one: Checkpoint, checkpoints: CheckpointFacts) -> bool:
    """Whether the run went on from an older one without optimizer or schedule: checkpoint_without_optimizer."""
    went_on = any(one.step == _before(step, checkpoints) for step in checkpoints.resumed_at)
    lost = {injury.part for injury in _injuries(one)} & {"optimizer", "schedule"}
    return went_on and one is not checkpoints.newest and bool(lost) and _begun_afresh(_injuries(one))


def _begun_afresh(injuries: tuple[Injury, ...]) -> bool:
    """Whether a resume raises nothing and begins anew what is missing."""
    return all(injury.kind == "missing" and injury.part in BEGUN_AFRESH for injury in injuries)


def _before(step: int, checkpoints: CheckpointFacts) -> int:
    return max((one.step for one in checkpoints.all if one.step <= step), default=0)


def _told(injury: Injury) -> str:
    """One clause, such as "optimizer.pt is missing"."""
    name = injury.file.rpartition("/")[2] or injury.file
    if injury.kind == "empty folder":
        return f"{name} is empty"
    return f"{name} is {injury.kind}{f' ({injury.detail})' if injury.detail else ''}"
