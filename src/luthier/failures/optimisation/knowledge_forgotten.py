"""While a model that writes learns its task, it gets worse at what it knew before.

Symptom
    The task improves. General questions, other languages or other pairs of languages get worse answers than the base
    model gave; a chat model answers everything as if it were a training row.

Why it is silent
    Training and evaluation rows come from the task, and their losses fall. What is not scored may be lost unseen.

Evidence
    During and after: the run scores several evaluation sets (`eval_dataset` as a dict). From the first of three
    evaluations or more on, the loss of one rises by 0.1 nats a token (a tenth in perplexity) or more and is never
    clearly lower than at first, while that of another, which is not called train, falls; both by three times what they
    sway between two evaluations. A warning. Overfitting looks alike where the set that falls holds rows of training:
    either a quarter of the rise lies in the first epoch, in which no row is seen twice, or the set that falls ends
    above the training loss; else this is not judged. With one evaluation set it cannot be seen.

Fix
    Advice only: mix in rows of the other kind, train more gently, or less.

Source
    transformers #16430 (https://github.com/huggingface/transformers/issues/16430): other pairs of languages break after
    tuning on one. Biderman et al. 2024, https://arxiv.org/abs/2405.09673 (LoRA forgets less). The limits are ours.
    Our experiment: a GPT-2 of two layers that had learned news and text messages was tuned for three epochs on 450
    messages. At 1e-3 its loss on other messages fell from 3.81 to 3.74, that on news rose from 3.68 to 3.95; at 2e-5
    news stayed at 3.50, and at 1e-3 with as many rows of news beside the messages it fell from 3.55 to 3.48.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from luthier.facts.arguments import Plain
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._signals import at_the_end

MESSAGE = (
    "From step {first_step} to step {step} the loss on {worse} rises from {before:.3g} to {now:.3g}, while that on "
    "{better} falls from {better_before:.3g} to {better_now:.3g}."
)
WHY = "The model pays for its task with what it could do before: it gets worse at texts like those of {worse}."
NEXT_STEP = (
    "Mix rows like those of {worse} into the training rows, datasets.interleave_datasets([train, general], "
    "probabilities=[0.9, 0.1]), lower learning_rate or num_train_epochs, or train an adapter (peft.LoraConfig) in "
    "place of all weights. An earlier checkpoint has lost less."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Score the base model on {worse}, trainer.evaluate() before trainer.train(): its loss is well below {now:.3g} if "
    "it is this."
)
SIGNS = ("train falls, eval rises",)
EXPLAINED_BY = ("loss_not_finite", "rate_too_high_collapse", "padding_in_loss", "labels_shifted_twice")
WRITES = frozenset({"instruction", "translation"})
LEAST, RISE, SWAY, EARLY, ROWS = 3, 0.1, 3.0, 0.25, 20

_SCORED: dict[str, Plain] = {
    "eval_strategy": "steps",
    "eval_steps": 20,
    "save_strategy": "steps",
    "save_steps": 20,
    "metric_for_best_model": "eval_task_loss",
}

BAD = RunScene(
    "causal",
    arguments={**_SCORED, "learning_rate": 2e-4},
    log={"sets": "task 2.6 1.62, general 2.4 3.3"},
    says="Every weight is tuned at ten times the usual rate, and general text is scored beside the task.",
)
GOOD = RunScene(
    "causal",
    arguments=_SCORED,
    log={"sets": "task 2.6 1.62, general 2.4 2.43"},
    says="At the usual rate, the loss on general text stays where it was.",
)


@dataclass(frozen=True, slots=True)
class _Curve:
    """Losses on one evaluation set, in order."""

    name: str
    points: tuple[tuple[int, float], ...]

    @property
    def change(self) -> float:
        """From the first evaluation to the last."""
        return self.points[-1][1] - self.points[0][1]

    def goes(self, sign: int) -> bool:
        """Whether it moves this way (1 up, -1 down) by far more than it sways, and is never clearly beyond its start
        on the other side.
        """
        losses = [sign * loss for _, loss in self.points]
        sway = max(max(0.0, one - other) for one, other in pairwise(losses))
        moved = losses[-1] - losses[0]
        return moved > SWAY * sway and moved > SWAY * (losses[0] - min(losses))


def during(trace: Trace, plan: Plan) -> Finding | NotLooked | None:
    """Compare the evaluation sets so far."""
    return _look(Moment.DURING, trace, plan)


def after(trace: Trace, plan: Plan) -> Finding | NotLooked | None:
    """As during."""
    return _look(Moment.AFTER, trace, plan)


def _look(moment: Moment, trace: Trace, plan: Plan) -> Finding | NotLooked | None:
    if plan.task not in WRITES:
        return None
    curves = _curves(trace)
    if len(curves) < 2:
        return NotLooked(
            "one evaluation set at most is scored: pass eval_dataset={'task': ..., 'general': ...}, one of them of "
            "general text"
        )
    curves = [one for one in curves if len(one.points) >= LEAST]
    worse = max((one for one in curves if one.goes(1)), key=lambda one: one.change, default=None)
    better = [one for one in curves if one.goes(-1) and "train" not in one.name.lower()]
    if worse is None or not better or worse.change < RISE:
        return None if len(curves) > 1 else NotLooked(f"the sets were scored fewer than {LEAST} times")
    best = min(better, key=lambda one: one.change)
    held_out = len(trace) > 0 and best.points[-1][1] > float(at_the_end(trace).mean())
    if not held_out and not _early(worse, trace.steps_per_epoch):
        return NotLooked(f"rows of {best.name} may be rows of training, and this overfitting")
    return _finding(moment, worse, best)


def _curves(trace: Trace) -> list[_Curve]:
    """Finite losses of each set, the first where a step was scored twice."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for step, evaluation in trace.evaluations:
        for name, one in evaluation.sets.items():
            if math.isfinite(one.loss) and one.rows >= ROWS:
                found[name].setdefault(step, one.loss)
    return [_Curve(name, tuple(losses.items())) for name, losses in found.items()]


def _early(worse: _Curve, per_epoch: int) -> bool:
    """Whether a good part of the rise came in the first epoch."""
    seen_once = [loss for step, loss in worse.points if step <= per_epoch]
    return bool(seen_once) and seen_once[-1] - worse.points[0][1] >= EARLY * worse.change


def _finding(moment: Moment, worse: _Curve, better: _Curve) -> Finding:
    return Finding(
        failure="knowledge_forgotten",
        moment=moment,
        severity="warning",
        confidence=0.85,
        numbers={
            "worse": worse.name,
            "better": better.name,
            "first_step": worse.points[0][0],
            "step": worse.points[-1][0],
            "before": worse.points[0][1],
            "now": worse.points[-1][1],
            "better_before": better.points[0][1],
            "better_now": better.points[-1][1],
        },
        place=Place("split", worse.name),
    )
