"""The weights that learn are themselves held in float16.

Symptom
    With fp16=True the first step stops with "Attempting to unscale FP16 gradients". Without it training runs, and
    learns little or becomes NaN.

Why it is silent
    Transformers 5 loads a model in the precision in which it was saved, unless told otherwise. Mixed precision means
    weights in float32 and products in float16; a model that was loaded in float16 has no such weights, and without
    fp16=True nothing scales its gradients, which vanish below 6e-8.

Evidence
    Before: weights that require a gradient are float16. An error with fp16=True, where one is enough; without it a
    warning where they are half of those that learn. A frozen model in float16 with an adapter in float32 is as it
    should be.
    After: a saved console holds the error of the scaler.

Fix
    Advice only: load the model in float32 and leave float16 to fp16=True.

Source
    transformers #23165 (https://github.com/huggingface/transformers/issues/23165). Micikevicius et al. 2018,
    https://arxiv.org/abs/1710.03740 (weights in float32, scaled loss). Our experiment with torch 2.13:
    GradScaler.unscale_ raises on gradients of float16, and not on those of bfloat16.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, Number, Place
from luthier.facts.saved import WeightFacts
from luthier.facts.scene import LiveScene

MESSAGE = {
    "scaled": (
        "{count:,} of the {total:,} weights that learn are float16, and fp16=True scales the loss: on a GPU the first "
        'step stops with "Attempting to unscale FP16 gradients".'
    ),
    "unscaled": (
        "{count:,} of the {total:,} weights that learn are float16, and nothing scales the loss: gradients below 6e-8 "
        "become zero, and most updates are rounded away."
    ),
    "stopped": 'The run stopped with "Attempting to unscale FP16 gradients" (line {line} of {file}).',
}
WHY = "Steps of training are too small for float16, which holds three digits: weights that learn need float32."
NEXT_STEP = (
    "Load the model with from_pretrained(..., dtype=torch.float32) and keep fp16=True for the products (on a GPU that "
    "has bfloat16 rather bf16=True); with an adapter, leave the base in 16 bits and the adapter in float32."
)
DEGREE = Degree.ADVICE
SIGNS = ("loss flat, rate zero or never reached", "configuration")

BAD = LiveScene(
    "classifier",
    arguments={"fp16": True},
    options={"float16_weights": 1},
    says="A model was loaded in float16 and is trained with fp16=True.",
)
GOOD = LiveScene("classifier", arguments={"fp16": True}, says="It was loaded in float32.")


def before(weights: WeightFacts, arguments: Arguments) -> Finding | None:
    """Look at the weights in memory that learn."""
    count, total = weights.learning_types.get("F16", 0), sum(weights.learning_types.values())
    variant = "scaled" if arguments.flag("fp16") is True else "unscaled"
    if not count or (variant == "unscaled" and 2 * count < total):
        return None
    return _finding(Moment.BEFORE, variant, {"count": count, "total": total}, Place("setting", "dtype"))


def after(console: ConsoleFacts) -> Finding | None:
    """Look at what was printed."""
    lines = console.messages.get("half_gradients_unscaled", ())
    if not lines:
        return None
    place = Place("file", lines[0].file, lines=(lines[0].number,))
    return _finding(Moment.AFTER, "stopped", {"line": lines[0].number, "file": lines[0].file}, place)


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="half_precision_weights",
        moment=moment,
        severity="warning" if variant == "unscaled" else "error",
        confidence=0.95,
        numbers=numbers,
        place=place,
        variant=variant,
    )
