"""The learning rate is one for encoders, and this model or adapter needs many times more.

Symptom
    The loss creeps down by a few percent over the whole run, with gradient norms that look healthy.

Why it is silent
    2e-5 is a good rate, for a BERT. Nothing relates the rate to what is trained, and a loss that falls a little looks
    like a run that needs time.

Evidence
    Before: AdamW at 2e-5 or less on all weights of a T5, or on a LoRA adapter; published rates are 1e-4 to 1e-3 for
    both. Or at 1e-6 or less on all weights of an encoder; the lowest published rate is 5e-6. A
    warning. Preferences and rewards (DPOConfig and the like) are learned at lower rates, and not judged.
    After: the same, and the mean training loss of the last tenth of the run is above 80 % of that of the first tenth.
    A run whose loss fell further is left alone.

Fix
    1e-4 for a T5, 2e-4 for an adapter, 2e-5 for an encoder, when asked.

Source
    Raffel et al. 2020, https://arxiv.org/abs/1910.10683 (1e-3 with Adafactor); Hu et al. 2021,
    https://arxiv.org/abs/2106.09685 (2e-4 and more); transformers #7789
    (https://github.com/huggingface/transformers/issues/7789). The limits of 2e-5 and 80 % are ours.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import repaired
from luthier.failures._signals import CREEPS, T5, WRITES, ends, uses_adam

MESSAGE = {
    "plan": "train.rate={rate:g} is a rate for encoders, and {what} is trained at {usual:g} and more.",
    "tiny": "train.rate={rate:g} is below every published rate: {what} is trained at {usual:g} and more.",
    "run": (
        "In {steps} steps the training loss went from {first:.3g} to {last:.3g}, at train.rate={rate:g}; {what} is "
        "trained at {usual:g} and more."
    ),
}
WHY = "Weights move by about the rate in each step: at a tenth of the usual rate a run gets a tenth of the way."
NEXT_STEP = "Set train.rate={usual:g} (the fix does that when asked)."
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Train the first 100 steps at {usual:g}: the loss falls several times as fast if this is it."
SIGNS = ("loss floor above 0", "tuned output equals the base")
EXPLAINED_BY = ("loss_not_finite", "labels_shuffled", "nothing_supervised", "rate_never_arrives")
LOW = {"t5": 2e-5, "lora": 2e-5, "encoder": 1e-6}
USUAL = {"t5": 1e-4, "lora": 2e-4, "encoder": 2e-5}
ADAPTERS = frozenset({"lora", "adalora"})
NAMES = {"t5": "a T5", "lora": "a LoRA adapter", "encoder": "an encoder"}

BAD = RunScene(
    "adapter",
    arguments={"learning_rate": 1e-6},
    log={"end": 3.1, "eval_start": 3.2, "eval_end": 3.12},
    says="A LoRA adapter is trained at 1e-6.",
)
GOOD = RunScene("adapter", arguments={"learning_rate": 2e-4}, says="It is trained at 2e-4.")


def before(
    plan: Plan, arguments: Arguments, model: ModelFacts | None = None, trace: Trace | None = None
) -> Finding | None:
    """Compare rate and family; a run that has a log is judged by it."""
    kind = _kind(plan, arguments, model)
    if not kind or (trace is not None and len(trace)):
        return None
    return _finding(Moment.BEFORE, "tiny" if kind == "encoder" else "plan", kind, plan, {})


def after(
    plan: Plan, arguments: Arguments, trace: Trace, model: ModelFacts | None = None
) -> Finding | NotLooked | None:
    """Compare them where the loss crept."""
    kind = _kind(plan, arguments, model)
    if not kind:
        return None
    losses = ends(trace)
    if losses is None:
        return NotLooked("the log has fewer than ten losses")
    first, last = losses
    if not last > CREEPS * first:
        return None
    return _finding(Moment.AFTER, "run", kind, plan, {"steps": int(trace.steps[-1]), "first": first, "last": last})


def _kind(plan: Plan, arguments: Arguments, model: ModelFacts | None) -> str:
    """What is trained by AdamW at a rate far too low for it, in the words of `NAMES`; empty where nothing is."""
    stated = plan.reasons.get("train.rate") is not None
    supervised = arguments.kind == "SFTConfig" or not arguments.kind.endswith("Config")
    kind = _family(plan, model)
    low = stated and supervised and kind and 0 < plan.train.rate <= LOW[kind] and uses_adam(arguments)
    return kind if low else ""


def _family(plan: Plan, model: ModelFacts | None) -> str:
    if plan.strategy.name in ADAPTERS:
        return "lora"
    if plan.strategy.name != "full" or model is None:
        return ""
    return "t5" if model.architecture in T5 else "encoder" if plan.task not in WRITES else ""


def _finding(moment: Moment, variant: str, kind: str, plan: Plan, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="rate_unsuited_to_family",
        moment=moment,
        severity="warning",
        confidence=0.8 if variant == "run" else 0.7,
        numbers={**numbers, "rate": plan.train.rate, "what": NAMES[kind], "usual": USUAL[kind]},
        place=Place("setting", "train.rate"),
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """The usual rate, never a lower one."""
    rate = max(plan.train.rate, float(finding.numbers["usual"]))
    return repaired(plan, "train", {"rate": rate, "head_rate": rate}, f"{finding.numbers['what']} needs it")
