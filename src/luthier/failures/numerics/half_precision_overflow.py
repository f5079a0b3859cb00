"""A model that was pretrained in bfloat16 is trained in float16, whose largest number is too small for it.

Symptom
    The loss becomes NaN after tens of steps, or the log says loss 0.0 beside a gradient norm that is not a number. The
    same run in full precision is fine.

Why it is silent
    bfloat16 holds numbers up to 3e38, float16 up to 65,504. A model that was pretrained in the one has had no reason to
    keep its activations below the limit of the other. Small models often do by luck; for the others the log filter of
    Trainer writes zero.

Evidence
    Before: fp16=True, and the model is of the T5 family, or the base of an adapter is called so, or the config of the
    model or of its base, or most of the weights, say bfloat16. A warning: many such runs go well.
    During and after: the same, and the loss is not finite, which is an error. Quiet where the log is finite.

Fix
    Sets bf16=True in place of fp16=True, when asked: it needs a processor that has bfloat16. Where there is none, train
    without mixed precision.

Source
    transformers #4586 (https://github.com/huggingface/transformers/issues/4586), #11461, #14189 and #23918: T5 and its
    relatives in fp16. LLaMA-Factory #7263 (https://github.com/hiyouga/LLaMA-Factory/issues/7263), trl #1173: language
    models pretrained in bfloat16.
"""

import re

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.model import ModelFacts
from luthier.facts.saved import AdapterFacts, SavedConfig, WeightFacts
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import in_bfloat16
from luthier.failures._signals import T5, lost_from

MESSAGE = {
    "planned": "fp16=True, but {why}: values above {largest:,} become infinite in float16.",
    "lost": (
        "The loss is not a number from step {step} on under fp16=True, and {why}: values above {largest:,} become "
        "infinite in float16."
    ),
}
WHY = "One infinite value makes the loss NaN, and every weight after the next step."
NEXT_STEP = {
    "planned": (
        "Set bf16=True, fp16=False (the fix does that when asked), or both to False where the processor has no "
        "bfloat16{load}."
    ),
    "lost": (
        "Start again with bf16=True, fp16=False (the fix sets that when asked), or with both False where the processor "
        "has no bfloat16; weights saved after step {step} are of no use."
    ),
}
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Train 50 steps with fp16=False and bf16=False: if the loss stays finite, float16 was the cause."
SIGNS = ("loss exactly 0, gradient norm not finite",)
FAMILY = T5 | {"switch_transformers"}
_NAMED = re.compile(r"(^|[/_-])(flan-|m|um|by|long)?t5([._-]|$)")
LARGEST = 65_504
LOAD = "; load the model with from_pretrained(..., dtype=torch.float32), since weights of bfloat16 learn little"

BAD = RunScene(
    "sequence_to_sequence",
    arguments={"fp16": True},
    log={"nan_from": 60},
    says="A T5 is trained with fp16=True, and its loss becomes NaN at step 60.",
)
GOOD = RunScene("sequence_to_sequence", arguments={"bf16": True}, says="It is trained with bf16=True.")


def before(
    arguments: Arguments,
    model: ModelFacts | None = None,
    config: SavedConfig | None = None,
    weights: WeightFacts | None = None,
    adapter: AdapterFacts | None = None,
    trace: Trace | None = None,
) -> Finding | NotLooked | None:
    """Look at the model; where a log is there already, at what came of it."""
    return _look(Moment.BEFORE, arguments, trace, _why(model, config, weights, adapter), weights)


def during(
    arguments: Arguments,
    trace: Trace,
    model: ModelFacts | None = None,
    config: SavedConfig | None = None,
    weights: WeightFacts | None = None,
    adapter: AdapterFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at the log so far."""
    return _look(Moment.DURING, arguments, trace, _why(model, config, weights, adapter), weights)


def after(
    arguments: Arguments,
    model: ModelFacts | None = None,
    config: SavedConfig | None = None,
    weights: WeightFacts | None = None,
    adapter: AdapterFacts | None = None,
    trace: Trace | None = None,
) -> Finding | NotLooked | None:
    """Look at the whole log."""
    return _look(Moment.AFTER, arguments, trace, _why(model, config, weights, adapter), weights)


def _look(
    moment: Moment, arguments: Arguments, trace: Trace | None, why: str | None, weights: WeightFacts | None
) -> Finding | NotLooked | None:
    if arguments.flag("fp16") is not True:
        return None
    if why is None:
        return NotLooked("it is not known what the model was pretrained in", ("model", "config"))
    ran = trace is not None and len(trace) > 0
    lost = lost_from(trace, scaled=True) if trace is not None else None
    if not why or (ran and lost is None):
        return None
    learning = weights.learning_types if weights is not None else {}
    load = LOAD if learning.get("BF16") else ""
    numbers: dict[str, Number] = {"why": why, "largest": LARGEST, "step": lost or 0, "load": load}
    return Finding(
        failure="half_precision_overflow",
        moment=moment,
        severity="error" if ran else "warning",
        confidence=0.9 if ran else 0.6,
        numbers=numbers,
        place=Place("setting", "fp16", step=lost),
        variant="lost" if ran else "planned",
    )


def _why(
    model: ModelFacts | None, config: SavedConfig | None, weights: WeightFacts | None, adapter: AdapterFacts | None
) -> str | None:
    """What says that the model is one of bfloat16; empty where nothing does, None where nothing is known of it."""
    if model is not None and model.architecture in FAMILY:
        return f"{model.architecture} models were pretrained in bfloat16"
    for what, values in (("the base model", config.base), ("the model", config.model)) if config is not None else ():
        if "bfloat16" in (values.get("dtype"), values.get("torch_dtype")):
            return f"the config of {what} says bfloat16"
    types = weights.types if weights is not None else {}
    if 2 * types.get("BF16", 0) > sum(types.values()):
        return "most weights are held in bfloat16"
    base = str(adapter.config.get("base_model_name_or_path") or "") if adapter is not None else ""
    if _NAMED.search(base.lower()):
        return f"{base} is a T5, which was pretrained in bfloat16"
    return None if model is None and config is None else ""


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Mixed precision in bfloat16."""
    return in_bfloat16(arguments)
