"""A model that writes was trained so long on few rows that it knows them by heart and repeats itself.

Symptom
    Answers are rows of the training data word for word, or one phrase again and again, whatever is asked.

Why it is silent
    The training loss goes to zero, which is what people wait for. Many runs of this kind have no evaluation set, and
    the habit of training classifiers for ten epochs and more is taken over.

Evidence
    After: a model that writes was trained for 8 epochs or more, and the training loss of the last tenth of the log is
    below 0.1 nats a token. Then either a tenth of its generated texts repeat one token or phrase to their end, though
    fewer of the wanted ones do; or the last evaluation loss is above twice the lowest one before it, and the
    best checkpoint is not loaded at the end. A warning.
    With neither texts nor evaluations nothing is said: a task with short and certain answers has low losses too.

Fix
    Ends the run at the epoch with the lowest evaluation loss, at most after 3, when asked.

Source
    LLaMA-Factory #5145 (https://github.com/hiyouga/LLaMA-Factory/issues/5145): 30 to 40 epochs; ChatGLM2-6B #571. The
    limits are ours.
"""

import math

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.generations import GenerationFacts
from luthier.facts.plan import Plan
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._signals import WRITES, ends

MESSAGE = {
    "repeats": (
        "{count} of {total} generated texts repeat one phrase to their end, after {epochs:g} epochs (train.epochs) "
        "with a training loss of {loss:.2g}."
    ),
    "by heart": (
        "After {epochs:g} epochs (train.epochs) the training loss is {loss:.2g} and the evaluation loss {scored:.3g}, "
        "where step {best_step} had {best:.3g}."
    ),
}
WHY = "Rows that are known by heart come out of the model word for word, and nothing else does."
NEXT_STEP = (
    "Set train.epochs={suggested} (the fix does that when asked), and pass an eval_dataset to see where to stop."
)
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Let an earlier checkpoint answer the same prompts: it repeats itself less if this is it."
SIGNS = ("train falls, eval rises", "generations empty, repeated or garbled")
EXPLAINED_BY = ("loss_not_finite", "padding_in_loss", "end_token_masked_as_padding")
EPOCHS, LOSS, RISEN, REPEATING, ENOUGH = 8, 0.1, 2.0, 0.1, 3
LEAST = 10
"""Texts below which a share of them says nothing."""

BAD = RunScene(
    "causal",
    arguments={"num_train_epochs": 30, "load_best_model_at_end": False, "save_total_limit": None},
    log={"end": 0.02, "eval_end": 2.2, "overfit_from": 120},
    says="960 conversations are trained for 30 epochs.",
)
GOOD = RunScene("causal", says="They are trained for 3.")


def after(
    trace: Trace, plan: Plan, arguments: Arguments | None = None, generations: GenerationFacts | None = None
) -> Finding | NotLooked | None:
    """Look at the end of the log, then at what was written or scored."""
    losses = ends(trace)
    if plan.task not in WRITES or not trace.steps_per_epoch or losses is None:
        return None
    epochs = min(plan.train.epochs, float(trace.steps[-1]) / trace.steps_per_epoch)
    loss = losses[1]
    if epochs < EPOCHS or not 0 < loss < LOSS:
        return None
    scored = [(step, e.loss) for step, e in trace.evaluations if e.loss is not None and math.isfinite(e.loss)]
    best_step, best = min(scored, key=lambda one: one[1], default=(0, 0.0))
    suggested = max(1, min(ENOUGH, round(best_step / trace.steps_per_epoch))) if best_step else ENOUGH
    numbers: dict[str, Number] = {"epochs": round(epochs, 1), "loss": loss, "suggested": suggested}
    if generations is not None and _repeats(generations):
        return _finding("repeats", {**numbers, "count": generations.repeating, "total": generations.rows})
    loads = arguments is not None and arguments.flag("load_best_model_at_end") is True
    if len(scored) > 1 and scored[-1][1] > RISEN * best and not loads:
        return _finding("by heart", {**numbers, "scored": scored[-1][1], "best": best, "best_step": best_step})
    return None if scored or generations is not None else NotLooked("neither evaluations nor generated texts are known")


def _repeats(texts: GenerationFacts) -> bool:
    return texts.rows >= LEAST and texts.repeating >= REPEATING * texts.rows


def _finding(variant: str, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="overtrained_repetition",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.85 if variant == "by heart" else 0.7,
        numbers=numbers,
        place=Place("setting", "train.epochs"),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Fewer epochs, never more."""
    epochs = min(plan.train.epochs, float(finding.numbers["suggested"]))
    return repaired(plan, "train", {"epochs": epochs}, "the rows are known by heart after that")
