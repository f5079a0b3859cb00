"""The checkpoint with the best score was deleted, and worse ones were kept.

Symptom
    The log shows the best score in the middle of the run. The folder of that step is gone, and the model that is left
    is the last one.

Why it is silent
    save_total_limit deletes the oldest checkpoints. Trainer spares the best one only where it keeps count of it, which
    it does with metric_for_best_model or load_best_model_at_end alone.

Evidence
    After: save_total_limit is set, load_best_model_at_end is not true, the run saved at the step of its best score, and
    no folder of that step is left. All that are left score worse by more than chance: for a share such as accuracy or
    F1 by the half width of its 95 % interval on so many rows, for the loss by 1.96 / sqrt(rows) of it (both ours,
    and wide, since the same rows are scored). The score is metric_for_best_model, else one that the log has under a
    usual name, else the loss.

Fix
    Sets load_best_model_at_end and metric_for_best_model when asked, which keeps the best checkpoint and ends with it.

Source
    MedicalGPT #368 (https://github.com/shibing624/MedicalGPT/issues/368). Read in Transformers 5.24,
    trainer_utils.rotate_checkpoints: the newest and best_model_checkpoint are never deleted, and the latter is None
    where no metric was chosen.
"""

import math

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset
from luthier.failures._intervals import every
from luthier.failures._signals import Z95, score_noise

MESSAGE = (
    "The best {metric} was {best:.4g} at step {step}, whose checkpoint is gone; the best that is left has {kept:.4g} "
    "(step {kept_step}). save_total_limit={limit} keeps the newest."
)
WHY = "The weights with the best score cannot be had back without training again."
NEXT_STEP = (
    'Set load_best_model_at_end=True and metric_for_best_model="{metric}" (the fix does that when asked): then the '
    "best checkpoint is never deleted."
)
DEGREE = Degree.WHEN_ASKED
EXPLAINED_BY = ("best_model_not_loaded", "overfitting", "overtrained_repetition")
SIGNS = ("best checkpoint is the first, or none",)
SHARES = ("accuracy", "macro_f1", "f1", "mcc", "exact_match", "overall_f1", "rougeL", "rougeLsum", "rouge1")
"""Scores from 0 to 1 of which more is better, by which runs are usually judged; those first that say most."""

BAD = RunScene(
    arguments={
        "load_best_model_at_end": False,
        "metric_for_best_model": None,
        "greater_is_better": None,
        "save_total_limit": 1,
    },
    log={"first": 1.0, "last": 0.8},
    says="Accuracy falls from the first epoch on, and only the newest checkpoint is kept.",
)
GOOD = RunScene(
    arguments={
        "load_best_model_at_end": False,
        "metric_for_best_model": None,
        "greater_is_better": None,
        "save_total_limit": 1,
    },
    says="Accuracy rises to the end, so that the newest checkpoint is the best.",
)


def after(arguments: Arguments, checkpoints: CheckpointFacts, trace: Trace) -> Finding | NotLooked | None:
    """Compare the best score with those whose checkpoints are left."""
    limit = arguments.number("save_total_limit")
    if not limit or arguments.flag("load_best_model_at_end") is True or checkpoints.final_is_best:
        return None
    kept_steps = {one.step for one in checkpoints.all if one.loads}
    name, scored = _scores(checkpoints.metric, trace)
    kept = [one for one in scored if one[0] in kept_steps]
    if len(scored) < 2 or not kept:
        return NotLooked("fewer than two evaluations, or none at a checkpoint that is left")
    sign = -1 if name == "loss" else 1
    step, best, rows = max(scored, key=lambda one: sign * one[1])
    kept_step, left, _ = max(kept, key=lambda one: sign * one[1])
    if step in kept_steps or not _saved(arguments, step, trace) or sign * (best - left) <= _noise(name, best, rows):
        return None
    return Finding(
        failure="best_checkpoint_deleted",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.9,
        numbers={
            "metric": name,
            "best": best,
            "step": step,
            "kept": left,
            "kept_step": kept_step,
            "limit": int(limit),
        },
        place=Place("setting", "save_total_limit"),
    )


def _scores(metric: str, trace: Trace) -> tuple[str, list[tuple[int, float, int]]]:
    """Name of the score, and step, value and rows of every evaluation that has it."""
    every_one = [evaluation for _, evaluation in trace.evaluations]
    names = () if metric == "loss" else (metric, *SHARES) if metric in SHARES else SHARES
    name = next((one for one in names if every_one and all(one in e.scores for e in every_one)), "loss")
    values = [(step, _value(name, evaluation), evaluation.rows) for step, evaluation in trace.evaluations]
    return name, [(step, value, rows) for step, value, rows in values if math.isfinite(value) and rows]


def _value(name: str, evaluation: Evaluation) -> float:
    loss = evaluation.loss if evaluation.loss is not None else math.nan
    return loss if name == "loss" else evaluation.score(name)


def _noise(name: str, best: float, rows: int) -> float:
    if name == "loss":
        return Z95 * best / math.sqrt(rows)
    return score_noise(rows, min(max(best, 0.1), 0.9)) if 0 <= best <= 1 else math.inf


def _saved(arguments: Arguments, step: int, trace: Trace) -> bool:
    """Whether the run wrote a checkpoint at this step."""
    if arguments.text("save_strategy") == "epoch":
        return bool(trace.steps_per_epoch) and step % trace.steps_per_epoch == 0
    width = every(arguments, "save", trace.total_steps)
    return bool(width) and step % width == 0


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Keep count of the best."""
    arguments = reset(arguments, "load_best_model_at_end", True)
    return reset(arguments, "metric_for_best_model", str(finding.numbers["metric"]))
