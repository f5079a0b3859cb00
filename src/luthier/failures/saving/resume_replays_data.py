"""A resumed run draws the rows of its epoch again from the first one on.

Symptom
    The position in epochs goes back at the resume. The run ends before its last epoch is over; some rows were learned
    once more than others.

Why it is silent
    ignore_data_skip=True saves the time that it takes to skip rows. Steps are counted on, so that the run stops at
    the step that was planned, wherever it then is in the data.

Evidence
    After: ignore_data_skip is true, and the log shows that the position in epochs went back while the steps went on, in
    the middle of an epoch. A resume at the end of an epoch replays nothing.

Fix
    Sets ignore_data_skip=False when asked; rows that were seen are then skipped, which takes a while.

Source
    ms-swift #10050 (https://github.com/modelscope/ms-swift/issues/10050): a resume that replays the first order of
    rows. Our experiment with Transformers 5.24, resumed at step 15 of 40, in the middle of the second epoch: the next
    line of the log says epoch 1.1 instead of 1.6, the run ends at epoch 3.5 of 4, and its weights differ by 9.1e-3 from
    those of an undisturbed run.
"""

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset

MESSAGE = (
    "The run was resumed at step {step} with ignore_data_skip=True: the rows of the {again} steps before it, of "
    "{per_epoch} in the epoch, were learned again, and as many of the last epoch never."
)
WHY = "Some rows weigh twice as much as others, and the end of the last epoch is missing."
NEXT_STEP = "Set ignore_data_skip=False (the fix does that when asked), and resume once more from that checkpoint."
DEGREE = Degree.WHEN_ASKED
SIGNS = ("run cannot be resumed",)

STEPS: dict[str, Plain] = {"eval_strategy": "steps", "eval_steps": 80, "save_strategy": "steps", "save_steps": 80}
BAD = RunScene(
    arguments={**STEPS, "ignore_data_skip": True},
    log={"replay_at": 160},
    says="The run was resumed at step 160, 40 steps into its third epoch, without skipping rows.",
)
GOOD = RunScene(arguments=STEPS, says="Nobody resumed, and rows would have been skipped.")


def after(arguments: Arguments, checkpoints: CheckpointFacts, trace: Trace) -> Finding | NotLooked | None:
    """Look for a resume that went back in the data."""
    if arguments.flag("ignore_data_skip") is not True or not checkpoints.replayed:
        return None
    if not trace.steps_per_epoch:
        return NotLooked("the length of an epoch is not known")
    near = checkpoints.replayed[0]  # to within one entry of the log; the checkpoint says it exactly
    saved = [one.step for one in checkpoints.all if near <= one.step < near + trace.interval]
    step = saved[0] if saved else near
    again = step % trace.steps_per_epoch
    if not again:
        return None
    return Finding(
        failure="resume_replays_data",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.9,
        numbers={"step": step, "again": again, "per_epoch": trace.steps_per_epoch},
        place=Place("setting", "ignore_data_skip"),
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Skip what was seen."""
    return reset(arguments, "ignore_data_skip", False)
