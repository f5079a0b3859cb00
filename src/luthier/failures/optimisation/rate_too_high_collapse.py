"""The learning rate was so high that the pretrained encoder broke.

Symptom
    The loss settles at the loss of guessing (0.693 for two even classes), one class is predicted for everything, and
    all texts get nearly the same logits; sometimes after some good epochs.

Why it is silent
    The run does not diverge: norm layers keep all numbers finite. The encoder has become constant, the gradient is
    small, and the run ends normally.

Evidence
    Before: an encoder is trained at more than 3e-4, the highest rate in any published grid for BERT-like encoders
    (Turc et al. 2019 for small ones; 5e-5 in Devlin et al. 2019). A warning.
    During and after: the recent loss proves that nothing is known (`_signals.at_chance`), and either the rate is
    above 3e-4, or the run knew something before: an earlier window of 50 steps explained 20 % of the label entropy
    or more at 95 % confidence.

Fix
    Sets the encoder's rate to 5e-5, a warmup of a tenth, and clipping of the gradient norm at 1. The run starts again
    from the pretrained weights: a broken encoder does not recover.

Source
    transformers #12041 (https://github.com/huggingface/transformers/issues/12041) and #1865; simpletransformers #126
    and #389 (https://github.com/ThilinaRajapakse/simpletransformers/issues/389). Mosbach et al. 2021,
    https://arxiv.org/abs/2006.04884. Turc et al. 2019, https://arxiv.org/abs/1908.08962 (grid 3e-5 to 3e-4).
"""

from luthier.facts.arguments import Arguments
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._signals import NO_CHANCE, at_chance, chance_loss, had_its_time, learned, recent, window

MESSAGE = {
    "plan": (
        "The encoder is to be trained at train.rate={rate:g}; published recipes for such encoders end at {highest:g}."
    ),
    "run": (
        "At step {step} the loss is {loss:.3f} and guessing has {chance:.3f}, with the encoder trained at {rate:g} "
        "(train.rate): the pretrained weights have been destroyed."
    ),
    "lost": (
        "The loss was {best:.3f} before, and at step {step} it is back at {loss:.3f}, where guessing has "
        "{chance:.3f}: what the model knew was destroyed at train.rate={rate:g}."
    ),
}
WHY = "An encoder that broke gives every text the same vector. It does not recover, however long the run."
NEXT_STEP = (
    "Set train.rate=5e-5, train.warmup=0.1 and train.clip=1 (the fix does that) and start again from the pretrained"
    " weights."
)
DEGREE = Degree.APPLIED
EXPERIMENT = (
    "Train 100 steps from the pretrained weights at a tenth of the rate: if the loss falls, the rate was the cause."
)
SIGNS = (
    "loss flat at ln C or at the class entropy, one class predicted",
    "early spike of the gradient norm, then tiny norms",
)
EXPLAINED_BY = ("loss_not_finite", "majority_by_optimiser")
HIGHEST = 3e-4
ENCODER_TRAINED = frozenset({"full", "top_layers"})
OTHER_RATES = frozenset({"t5", "mt5", "umt5", "longt5"})
"""Trained at 1e-3 with Adafactor and at up to 1e-3 with AdamW: Raffel et al. 2020, https://arxiv.org/abs/1910.10683."""
GOOD_RATE = 5e-5
KNEW = 0.2

BAD = Scene(
    corpus="reviews",
    rows=300,
    settings={
        "strategy.name": "full",
        "train.rate": 5e-3,
        "train.epochs": 4,
        "data.validation_share": 0.2,
        "data.test_share": 0.2,
    },
    train=False,
    says="Every weight is trained at 5e-3, a hundred times the usual rate.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="The same run at the usual rate.",
)


def before(
    plan: Plan, model: ModelFacts | None = None, arguments: Arguments | None = None
) -> Finding | NotLooked | None:
    """Look at the rate in the plan, where published rates are comparable: those of AdamW on all weights of an
    encoder.
    """
    if plan.strategy.name not in ENCODER_TRAINED or plan.train.rate <= HIGHEST:
        return None
    if model is not None and model.architecture in OTHER_RATES:
        return NotLooked(f"{model.architecture} models are tuned at other rates than encoders")
    if arguments is not None and "adam" not in (arguments.text("optim") or "adamw"):
        return NotLooked(f"the rates of {arguments.text('optim')} are not those of AdamW")
    return _finding(Moment.BEFORE, "plan", "warning", plan, {"highest": HIGHEST})


def during(
    trace: Trace, plan: Plan, data: DataFacts | None = None, config: SavedConfig | None = None
) -> Finding | NotLooked | None:
    """Look at the recent loss, and whether it was better before."""
    return _in_run(Moment.DURING, trace, chance_loss(data, plan, config), plan)


def after(
    trace: Trace, plan: Plan, data: DataFacts | None = None, config: SavedConfig | None = None
) -> Finding | NotLooked | None:
    """As during."""
    return _in_run(Moment.AFTER, trace, chance_loss(data, plan, config), plan)


def _in_run(moment: Moment, trace: Trace, chance: float, plan: Plan) -> Finding | NotLooked | None:
    if not chance:
        return NotLooked(NO_CHANCE)
    if plan.strategy.name == "frozen_body" or not had_its_time(trace, plan, share=0.2):
        return None
    if not at_chance(trace, chance):
        return None
    best = _best_before(trace, chance)
    if best is None and (plan.train.rate <= HIGHEST or plan.strategy.name not in ENCODER_TRAINED):
        return None  # an adapter learns at higher rates, and the pretrained weights under it stay as they are
    step = int(trace.steps[-1])
    numbers: dict[str, Number] = {"step": step, "loss": float(recent(trace).mean()), "chance": chance}
    if best is not None:
        return _finding(moment, "lost", "error", plan, {**numbers, "best": best})
    return _finding(moment, "run", "error", plan, numbers)


def _best_before(trace: Trace, chance: float) -> float | None:
    """Lowest mean loss of an earlier window that certainly knew something; of the last 10,000 steps."""
    size = min(window(trace), max(8, len(trace) // 8))
    windows = len(trace.losses[-10_000:]) // size
    if windows < 2:
        return None
    table = trace.losses[-windows * size :].reshape(windows, size)
    best = table[int(table.mean(axis=1).argmin())]
    return float(best.mean()) if learned(best, chance).low > KNEW else None


def _finding(moment: Moment, variant: str, severity: str, plan: Plan, numbers: dict[str, Number]) -> Finding:
    step = int(numbers["step"]) if "step" in numbers else None
    return Finding(
        failure="rate_too_high_collapse",
        moment=moment,
        severity="error" if severity == "error" else "warning",
        confidence=0.7 if variant == "plan" else 0.9,
        numbers={**numbers, "rate": plan.train.rate},
        place=Place("setting", "train.rate", step=step),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """A usual rate, a warmup, and clipping."""
    values = {
        "rate": min(plan.train.rate, GOOD_RATE),
        "warmup": max(plan.train.warmup, 0.1),
        "clip": plan.train.clip if 0 < plan.train.clip <= 1 else 1.0,
    }
    return repaired(plan, "train", values, "a higher rate destroys pretrained weights")
