"""The best checkpoint was asked for, and the weights of the last step are kept.

Symptom
    The final model is worse than the best evaluation of the log. best_model_checkpoint is null, or names another step
    than that of the best score.

Why it is silent
    Trainer loads the best checkpoint where it has one, and says nothing where it has none. A score counts only when a
    checkpoint stands at exactly that step: with eval_steps=20 and save_steps=60 two scores of three can never be
    loaded. An early stop without load_best_model_at_end keeps the weights that it stopped for.

Evidence
    Before: load_best_model_at_end=True with a save_steps that is a larger multiple of eval_steps; or an
    EarlyStoppingCallback with load_best_model_at_end=False. A warning.
    After: a finished run with load_best_model_at_end=True whose state names no best checkpoint, or one of another step
    than the best score in the log. An error where none was loaded, else a warning.

Fix
    Saves as often as it scores, or sets load_best_model_at_end, when asked.

Source
    transformers #11931 (https://github.com/huggingface/transformers/issues/11931), #12685, #10896. Our experiment with
    Transformers 5.24: eval_steps=2 and save_steps=10 scored 0.4 at step 6, where there is no checkpoint;
    best_model_checkpoint is None, the run ends with the last weights (0.2), and no message says so.
"""

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.census import BatchCensus
from luthier.facts.checkpoints import Checkpoint, CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.plan import Plan
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset
from luthier.failures._intervals import every, total_steps

MESSAGE = {
    "between": (
        "The run scores every {eval_steps} steps and saves every {save_steps}: a best score at any other step has no "
        "checkpoint, and load_best_model_at_end then keeps the last weights."
    ),
    "stopped": (
        "The EarlyStoppingCallback stops {patience} evaluations after the best one, and load_best_model_at_end=False "
        "keeps the weights of the stop."
    ),
    "none": (
        "load_best_model_at_end=True loaded nothing: the best {metric} was at step {best_step}, where no checkpoint "
        "was saved, and the weights of step {step} were kept."
    ),
    "unscored": (
        "load_best_model_at_end=True loaded nothing: in {step} steps the run was never scored, and the weights of the "
        "last step were kept."
    ),
    "older": (
        "The checkpoint of step {named} was loaded as the best, but the best {metric} was at step {best_step}, where "
        "no checkpoint was saved."
    ),
}
WHY = "The model that is used is not the one that the best score in the log belongs to."
NEXT_STEP = {
    "between": 'Set save_steps={eval_steps} (the fix does that when asked), or save_strategy="best".',
    "stopped": "Set load_best_model_at_end=True and save_strategy as eval_strategy (the fix does that when asked).",
    "none": "Set save_steps to the value of eval_steps, and train again; the weights of step {best_step} are gone.",
    "unscored": 'Set eval_strategy="epoch" and save_strategy="epoch" and pass an eval_dataset.',
    "older": "Set save_steps to the value of eval_steps; the weights of step {best_step} are gone.",
}
DEGREE = Degree.WHEN_ASKED
SIGNS = ("best checkpoint is the first, or none",)
EXPLAINED_BY = ("early_stopping_inert",)
STEPS: dict[str, Plain] = {
    "load_best_model_at_end": True,
    "metric_for_best_model": "accuracy",
    "eval_strategy": "steps",
    "eval_steps": 2,
}

BAD = LiveScene(
    arguments={**STEPS, "save_strategy": "steps", "save_steps": 6},
    says="The run scores every 2 steps and saves every 6.",
)
GOOD = LiveScene(
    arguments={**STEPS, "save_strategy": "steps", "save_steps": 2},
    says="The run scores and saves every 2 steps.",
)


def before(
    arguments: Arguments, plan: Plan, census: BatchCensus | None = None, trace: Trace | None = None
) -> Finding | None:
    """Look at the intervals; a run that is over is looked at afterwards."""
    loads = arguments.flag("load_best_model_at_end")
    if loads is False and plan.train.patience:
        return _finding(Moment.BEFORE, "stopped", "warning", {"patience": plan.train.patience})
    if loads is not True or (trace is not None and trace.finished):
        return None
    total = total_steps(arguments, trace, census)
    scored, saved = every(arguments, "eval", total), every(arguments, "save", total)
    if not 0 < scored < saved or (total and scored >= total):
        return None
    return _finding(Moment.BEFORE, "between", "warning", {"eval_steps": scored, "save_steps": saved})


def after(arguments: Arguments, trace: Trace, checkpoints: CheckpointFacts | None = None) -> Finding | NotLooked | None:
    """Look at what the state calls best."""
    if arguments.flag("load_best_model_at_end") is not True:
        return None
    if not trace.finished:
        return NotLooked("the run did not come to its end")
    step = int(trace.steps[-1]) if len(trace) else trace.total_steps
    if not trace.evaluations:
        scoring = arguments.text("eval_strategy")
        return _finding(Moment.AFTER, "unscored", "error", {"step": step}) if scoring == "no" else None
    if checkpoints is None or checkpoints.best_step is None:
        return NotLooked("no checkpoint says which one was best")
    numbers: dict[str, Number] = {"metric": checkpoints.metric, "best_step": checkpoints.best_step, "step": step}
    if not checkpoints.best_named:
        return _finding(Moment.AFTER, "none", "error", numbers) if checkpoints.best_step < step else None
    named = _step_of(checkpoints.best_named, checkpoints.all)
    if named is None or named == checkpoints.best_step:
        return None
    return _finding(Moment.AFTER, "older", "warning", {**numbers, "named": named})


def _step_of(named: str, known: tuple[Checkpoint, ...]) -> int | None:
    """Step of a checkpoint by its folder; None where the folder is not called as Trainer calls it."""
    name = named.replace("\\", "/").rstrip("/").rpartition("/")[2]
    number = name.rpartition("-")[2]
    found = next((one.step for one in known if one.name == name), None)
    return found if found is not None else int(number) if number.isdecimal() else None


def _finding(moment: Moment, variant: str, severity: Severity, numbers: dict[str, Number]) -> Finding:
    setting = "load_best_model_at_end" if variant == "stopped" else "save_steps"
    return Finding(
        failure="best_model_not_loaded",
        moment=moment,
        severity=severity,
        confidence=1.0 if variant != "older" else 0.9,
        numbers=numbers,
        place=Place("setting", "eval_strategy" if variant == "unscored" else setting),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Save whenever the run scores; load the best where a callback stops it."""
    if finding.variant == "stopped":
        arguments = reset(arguments, "load_best_model_at_end", True)
        return reset(arguments, "save_strategy", arguments.text("eval_strategy"))
    scored = arguments.number("eval_steps")
    if arguments.text("save_strategy") != "steps" or not scored:
        return arguments
    return reset(arguments, "save_steps", arguments.values["eval_steps"])
