"""Gradient checkpointing cut the adapter off from the loss.

Symptom
    The adapter is after training what it was before, though its weights require a gradient. A head beside it learns.

Why it is silent
    The reentrant form of checkpointing gives no gradient to a layer whose input requires none, and the output of a
    frozen embedding requires none. torch says so in one warning; with a head that learns the loss falls all the same.

Evidence
    After: the second matrices of half of the low-rank pairs or more are still zero, and the settings say gradient
    checkpointing with use_reentrant=True, or the saved console output holds torch's warning that no input requires a
    gradient. An error. Trainer and PEFT make inputs require a gradient by themselves for most models, so that the
    settings alone say nothing.

Fix
    Advice only: the form that is not reentrant, or inputs that require a gradient.

Source
    transformers #42489 (https://github.com/huggingface/transformers/issues/42489), #26334; peft PR #404. Our experiment
    with Transformers 5.24 and PEFT 0.21.2: a LoRA classifier with use_reentrant=True, whose inputs require no gradient,
    trains its head alone for three epochs; all second matrices stay zero, and with use_reentrant=False none.
"""

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.saved import AdapterFacts
from luthier.facts.scene import RunScene
from luthier.failures._adapters import mostly_untouched

MESSAGE = (
    "{count} of {total} low-rank pairs were never trained: gradient checkpointing ran {how} and gave their layers no "
    "gradient."
)
WHY = (
    "The base model is frozen, so that the inputs of its layers require no gradient, and the reentrant form then cuts."
)
NEXT_STEP = (
    'Set gradient_checkpointing_kwargs={{"use_reentrant": False}}, or call model.enable_input_require_grads() before '
    "training."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Train ten steps with use_reentrant=False: the second matrices of the adapter are no longer zero if this is it."
)
SIGNS = ("tuned output equals the base", "loss floor above 0")
NAMES = ("activation_checkpointing", "gradient_checkpointing")
REENTRANT: dict[str, Plain] = {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": True}}

BAD = RunScene(
    "adapter",
    arguments={**REENTRANT},
    weights={f"base_model.model.transformer.h.{layer}.attn.c_attn.lora_B": "zero" for layer in (0, 1)},
    says="Checkpointing is reentrant, and nothing reached the adapter.",
)
GOOD = RunScene("adapter", arguments={**REENTRANT}, says="It is reentrant, and the adapter has learned.")


def after(arguments: Arguments, adapter: AdapterFacts, console: ConsoleFacts | None = None) -> Finding | None:
    """Look at the adapter, then at what can have cut it off."""
    warned = console is not None and bool(console.counts.get("requires_grad_none"))
    if not (mostly_untouched(adapter) and (warned or _reentrant(arguments))):
        return None
    return Finding(
        failure="gradient_lost_in_checkpointing",
        moment=Moment.AFTER,
        severity="error",
        confidence=0.9 if warned else 0.75,
        numbers={
            "count": adapter.untouched,
            "total": adapter.pairs,
            "how": "on inputs that require none" if warned else "with use_reentrant=True",
        },
        place=Place("setting", "gradient_checkpointing_kwargs"),
    )


def _reentrant(arguments: Arguments) -> bool:
    """Whether the settings turn on the reentrant form, under the new name or the old."""
    for name in NAMES:
        options = arguments.values.get(f"{name}_kwargs")
        if arguments.flag(name) and isinstance(options, dict) and options.get("use_reentrant") is True:
            return True
    return False
