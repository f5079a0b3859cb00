"""The learning rate was so high that the pretrained encoder broke.

Symptom
    The loss settles at the loss of guessing (0.693 for two even classes), one class is predicted for everything, and
    all texts get nearly the same logits; sometimes after some good epochs.

Why it is silent
    The run does not diverge: norm layers keep all numbers finite. The encoder has become constant, the gradient is
    small, and the run ends normally.

Evidence
    Before: an encoder is trained at more than 3e-4, the highest rate in any published grid for BERT-like encoders
    (Turc et al. 2019 for small ones; 5e-5 in Devlin et al. 2019). A warning; a note where the model writes texts, or
    was loaded from nowhere: fresh weights bear higher rates. Runs that have a log are judged by it, and those of which
    it is known that only the head learns are not judged.
    During and after: the recent loss proves that nothing is known (`_signals.at_chance`), and either the rate is
    above 3e-4, or the run knew something before: an earlier window of 50 steps explained 20 % of the label entropy
    or more at 95 % confidence. An error. Above 3e-4 also a warning, where three or more evaluations have one accuracy
    to the last digit, other than 1, and a loss that does not fall; or where the loss of a model that writes rose to
    1.5 times that of guessing evenly among all tokens; or where the saved matrices lie 15 % of their length or more
    from those of the base model (MiniLM on text messages: 1 to 3 % in 60 runs, 41 % at 5e-3), and the loss does not
    prove that half of the label entropy is explained.

Fix
    Sets the encoder's rate to 5e-5, a warmup of a tenth, and clipping of the gradient norm at 1. The run starts again
    from the pretrained weights: a broken encoder does not recover.

Source
    transformers #12041 (https://github.com/huggingface/transformers/issues/12041) and #1865; simpletransformers #126
    and #389 (https://github.com/ThilinaRajapakse/simpletransformers/issues/389). Mosbach et al. 2021,
    https://arxiv.org/abs/2006.04884. Turc et al. 2019, https://arxiv.org/abs/1908.08962 (grid 3e-5 to 3e-4). Our
    experiment: a fresh GPT-2 of width 64 learns well at 3e-3; at 0.5 its loss rises to 50, where guessing among its
    tokens has 7.3, and falls again. The limit of 1.5 is ours.
"""

from dataclasses import replace

from luthier.facts.arguments import Arguments
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._collapse import best_before, far_away, only_head_learns, same_score, spike
from luthier.failures._fixes import repaired
from luthier.failures._signals import NO_CHANCE, T5, WRITES, at_chance, chance_loss, had_its_time, recent, uses_adam

MESSAGE = {
    "plan": "The model is to learn at train.rate={rate:g}; published rates of pretrained encoders end at {highest:g}.",
    "run": (
        "At step {step} the loss is {loss:.3f} and guessing has {chance:.3f}, with the encoder trained at {rate:g} "
        "(train.rate): the pretrained weights have been destroyed."
    ),
    "lost": (
        "The loss was {best:.3f} before, and at step {step} it is back at {loss:.3f}, where guessing has "
        "{chance:.3f}: what the model knew was destroyed at train.rate={rate:g}."
    ),
    "same": (
        "All {count} evaluations have the same {metric}, {value:.4g}: the model says the same of every text, with the "
        "encoder trained at {rate:g} (train.rate)."
    ),
    "rose": "At step {step} the loss rose to {loss:.3g} at train.rate={rate:g}; guessing a token has {chance:.3g}.",
    "moved": (
        "The saved matrices lie {percent:.0f} % of their length from those of the base model, where a fine-tune moves "
        "them by a few, and the loss is {loss:.3f} where guessing has {chance:.3f}, at train.rate={rate:g}."
    ),
}
WHY = "Pretrained weights that broke do not recover, however long the run: every text gets the same vector."
NEXT_STEP = (
    "Set train.rate=5e-5, train.warmup=0.1 and train.clip=1 (the fix does that) and start again from the pretrained"
    " weights."
)
DEGREE = Degree.APPLIED
EXPERIMENT = "Train 100 steps from the start at a tenth of the rate: if the loss falls, the rate was the cause."
SIGNS = (
    "loss flat at ln C or at the class entropy, one class predicted",
    "early spike of the gradient norm, then tiny norms",
)
EXPLAINED_BY = ("loss_not_finite", "majority_by_optimiser", "accumulation_scales_loss")
HIGHEST = 3e-4
ENCODER_TRAINED = frozenset({"full", "top_layers"})

_PLAN: dict[str, Number] = {"strategy.name": "full", "train.epochs": 4}
_SHARES: dict[str, Number] = {"data.validation_share": 0.2, "data.test_share": 0.2}
GOOD = Scene("reviews", 300, settings={**_PLAN, **_SHARES}, says="The same run at the usual rate.")
BAD = replace(GOOD, settings={**GOOD.settings, "train.rate": 5e-3}, train=False, says="Every weight learns at 5e-3.")


def before(
    plan: Plan,
    model: ModelFacts | None = None,
    arguments: Arguments | None = None,
    weights: WeightFacts | None = None,
    trace: Trace | None = None,
) -> Finding | NotLooked | None:
    """Look at the rate in the plan, where published rates are comparable: those of AdamW for encoders."""
    if not _above(plan, weights) or (trace is not None and len(trace)):
        return None
    if model is not None and model.architecture in T5:
        return NotLooked(f"{model.architecture} models are tuned at other rates than encoders")
    if arguments is not None and not uses_adam(arguments):
        return NotLooked(f"the rates of {arguments.text('optim')} are not those of AdamW")
    fresh = weights is not None and not weights.files and model is not None and not model.id
    severity: Severity = "note" if fresh or plan.task in WRITES else "warning"
    return _finding(Moment.BEFORE, "plan", severity, plan, {"highest": HIGHEST})


def during(
    trace: Trace,
    plan: Plan,
    data: DataFacts | None = None,
    config: SavedConfig | None = None,
    model: ModelFacts | None = None,
    weights: WeightFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at the recent loss, and whether it was better before."""
    return _look(Moment.DURING, trace, plan, chance_loss(data, plan, config), model, weights)


def after(
    trace: Trace,
    plan: Plan,
    data: DataFacts | None = None,
    config: SavedConfig | None = None,
    model: ModelFacts | None = None,
    weights: WeightFacts | None = None,
) -> Finding | NotLooked | None:
    """As during."""
    return _look(Moment.AFTER, trace, plan, chance_loss(data, plan, config), model, weights)


def _above(plan: Plan, weights: WeightFacts | None) -> bool:
    """Whether pretrained weights are trained at more than any published rate; an adapter leaves them as they are."""
    return plan.strategy.name in ENCODER_TRAINED and plan.train.rate > HIGHEST and not only_head_learns(weights)


def _look(
    moment: Moment, trace: Trace, plan: Plan, chance: float, model: ModelFacts | None, weights: WeightFacts | None
) -> Finding | NotLooked | None:
    above = _above(plan, weights)
    if plan.task in WRITES:
        risen = spike(trace, model.vocabulary) if above and model is not None and model.architecture not in T5 else {}
        return _finding(moment, "rose", "warning", plan, risen) if risen else None
    if plan.strategy.name == "frozen_body" or only_head_learns(weights) or not had_its_time(trace, plan, share=0.2):
        return None
    step: dict[str, Number] = {"step": int(trace.steps[-1])}
    if at_chance(trace, chance):
        numbers = {**step, "loss": float(recent(trace).mean()), "chance": chance}
        if (best := best_before(trace, chance)) is not None:
            return _finding(moment, "lost", "error", plan, {**numbers, "best": best})
        return _finding(moment, "run", "error", plan, numbers) if above else None
    if above and (same := same_score(trace)):
        return _finding(moment, "same", "warning", plan, {**same, **step})
    if above and chance and weights is not None and (moved := far_away(trace, chance, weights)):
        return _finding(moment, "moved", "warning", plan, {**moved, **step})
    return None if chance else NotLooked(NO_CHANCE)


def _finding(moment: Moment, variant: str, severity: Severity, plan: Plan, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="rate_too_high_collapse",
        moment=moment,
        severity=severity,
        confidence=0.7 if variant in ("plan", "same") else 0.9,
        numbers={**numbers, "rate": plan.train.rate},
        place=Place("setting", "train.rate", step=int(numbers["step"]) if "step" in numbers else None),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """A usual rate, a warmup, and clipping."""
    values = {
        "rate": min(plan.train.rate, 5e-5),
        "warmup": max(plan.train.warmup, 0.1),
        "clip": plan.train.clip if 0 < plan.train.clip <= 1 else 1.0,
    }
    return repaired(plan, "train", values, "a higher rate destroys pretrained weights")
