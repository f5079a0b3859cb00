"""The adapter was never trained: it is frozen, or its second matrices are still zero.

Symptom
    The tuned model answers exactly as the base model does, or only its head has learned.

Why it is silent
    Each low-rank pair begins with a second matrix of zeros, so that a fresh adapter changes nothing and a model with it
    is the base model. Where a head learns beside it, the loss falls a little.

Evidence
    Before: an adapter is in the model, other weights learn, and none of the adapter's does.
    After: the second matrix of every low-rank pair in the saved file is exactly zero, which no training leaves behind.
    A warning where half of them or more are; fewer may stand in parts that a task does not use, such as experts.

Fix
    Advice only: load the adapter with is_trainable=True, or add it with get_peft_model, before the trainer is made.

Source
    Hu et al., LoRA, https://arxiv.org/abs/2106.09685, section 4.1 (the second matrix begins at zero). peft #577
    (https://github.com/huggingface/peft/issues/577). Our experiment with PEFT 0.21.2: PeftModel.from_pretrained without
    is_trainable leaves every weight of the adapter frozen.
"""

from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.saved import AdapterFacts, WeightFacts
from luthier.facts.scene import RunScene
from luthier.failures._adapters import mostly_untouched

MESSAGE = {
    "frozen": "None of the {count} low-rank pairs of the adapter learns: they are all frozen.",
    "zero": "The second matrix of {count} of {total} low-rank pairs is exactly zero: they were never trained.",
}
WHY = "A pair whose second matrix is zero adds nothing: the tuned model is the base model there."
NEXT_STEP = {
    "frozen": (
        "Load the adapter with PeftModel.from_pretrained(model, ..., is_trainable=True), or call get_peft_model before "
        "the trainer is made."
    ),
    "zero": (
        "Call model.print_trainable_parameters() before training: if the adapter's weights are frozen, load it with "
        "is_trainable=True; if not, look at the learning rate and at what was saved."
    ),
}
DEGREE = Degree.ADVICE
SIGNS = ("tuned output equals the base", "loss floor above 0")
EXPLAINED_BY = ("gradient_lost_in_checkpointing",)

BAD = RunScene(
    "adapter",
    weights={f"base_model.model.transformer.h.{layer}.attn.c_attn.lora_B": "zero" for layer in (0, 1)},
    says="The run was begun with a frozen adapter, and saved it.",
)
GOOD = RunScene("adapter", says="The adapter has learned.")


def before(adapter: AdapterFacts, weights: WeightFacts) -> Finding | None:
    """What of a model in memory learns."""
    if not adapter.pairs or not weights.learning or any("lora_" in name for name in weights.learning):
        return None
    return _finding(Moment.BEFORE, "frozen", adapter.pairs, adapter.pairs)


def after(adapter: AdapterFacts) -> Finding | None:
    """What of a saved adapter is zero."""
    if not mostly_untouched(adapter):
        return None
    return _finding(Moment.AFTER, "zero", adapter.untouched, adapter.pairs)


def _finding(moment: Moment, variant: str, count: int, total: int) -> Finding:
    return Finding(
        failure="adapter_untouched",
        moment=moment,
        severity="error" if count == total else "warning",
        confidence=0.95,
        numbers={"count": count, "total": total},
        place=Place("setting", "is_trainable"),
        variant=variant,
    )
