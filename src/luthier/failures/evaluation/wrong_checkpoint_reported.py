"""The model card reports the scores of another checkpoint than the one that was saved.

Symptom
    Scores in the README that nobody can repeat with the weights beside it; the last line of the log instead of the best
    one.

Why it is silent
    With load_best_model_at_end the best weights are put back after the last step, and the card is written from the end
    of the log, which is about the last weights.

Evidence
    After: load_best_model_at_end=True, the best evaluation and the last one are different ones, and what README.md
    states under "It achieves the following results" is that of the last, to four digits, and not that of the best.

Fix
    Advice only: score the weights that are saved, then write the card.

Source
    transformers #15547 (https://github.com/huggingface/transformers/issues/15547). Our experiment with
    Transformers 5.24: the weights of step 5 (loss 1.3560) were put back after step 20 (1.3801), and the card says
    1.3801; after another trainer.evaluate() it says 1.3560.
"""

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._scored import value

MESSAGE = (
    "README.md reports {name} {reported:.4f}, that of the last evaluation (step {step}); the weights that were kept "
    "are those of step {best_step}, with {name} {best:.4f}."
)
WHY = "Whoever loads the weights finds other scores than those that were promised, better or worse ones."
NEXT_STEP = "Call trainer.evaluate() after trainer.train(), then trainer.create_model_card() again."
DEGREE = Degree.ADVICE
SIGNS = ("best checkpoint is the first, or none",)
ROUNDED = 5.1e-5
"""Half of the last of the four digits to which a card rounds."""

_CARD = """It achieves the following results on the evaluation set:
- Loss: {loss}
- Accuracy: {accuracy}
"""
_SETTINGS: dict[str, Plain] = {"metric_for_best_model": "accuracy", "greater_is_better": True}
_LOG: dict[str, Number] = {"first": 0.9, "last": 0.9, "metric_noise": 0.02, "eval_start": 0.6, "eval_end": 0.3}

BAD = RunScene(
    arguments=_SETTINGS,
    log=_LOG,
    files={"README.md": _CARD.format(loss=0.2998, accuracy=0.8932)},
    says="The best weights were put back, and the card was written from the end of the log.",
)
GOOD = RunScene(
    arguments=_SETTINGS,
    log=_LOG,
    files={"README.md": _CARD.format(loss=0.409, accuracy=0.9296)},
    says="The best weights were put back and scored again before the card was written.",
)


def after(arguments: Arguments, trace: Trace, checkpoints: CheckpointFacts) -> Finding | NotLooked | None:
    """Compare what the card states with the best evaluation and with the last."""
    if not arguments.flag("load_best_model_at_end") or not trace.finished or checkpoints.final_is_best is False:
        return None
    if not checkpoints.reported:
        return NotLooked("no README.md with scores was found")
    scored = {step: one for step, one in trace.evaluations}
    best_step, reported = checkpoints.best_step, checkpoints.reported
    if best_step not in scored or best_step == max(scored):
        return None
    step, last, best = max(scored), scored[max(scored)], scored[best_step]
    names = [name for name in reported if value(last, name) is not None and value(best, name) is not None]
    differing = [name for name in names if not _states(reported[name], best, name)]
    if not differing or not all(_states(reported[name], last, name) for name in names):
        return None
    name = checkpoints.metric if checkpoints.metric in differing else differing[0]
    return Finding(
        failure="wrong_checkpoint_reported",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.95,
        numbers={
            "name": name,
            "reported": reported[name],
            "step": step,
            "best_step": best_step,
            "best": value(best, name) or 0.0,
        },
        place=Place("file", "README.md"),
    )


def _states(reported: float, evaluation: Evaluation, name: str) -> bool:
    """Whether a rounded score is that of an evaluation."""
    found = value(evaluation, name)
    return found is not None and abs(reported - found) <= ROUNDED
