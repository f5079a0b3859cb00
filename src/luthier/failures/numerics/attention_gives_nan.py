"""The attention that the model uses gives NaN on these batches, where another attention does not.

Symptom
    The first loss is NaN, or the log says 0.0 from the first line on, although the precision is right and the weights
    are finite. Rows without padding may be fine.

Why it is silent
    Which attention a model uses is chosen by version and hardware. All compute the same on real tokens; they differ in
    what they do with a position that may look at nothing, such as padding on the left. One NaN there reaches all others
    in the next layer, and the log filter of Trainer writes zero.

Evidence
    Before: the trial computes the loss of the first batches; where it is not finite, once more with the attention that
    is written out in plain products (eager). It is this failure where that loss is finite.

Fix
    Advice only: load the model with attn_implementation="eager", or update the library of the attention.

Source
    LLaMA-Factory #8088 (https://github.com/hiyouga/LLaMA-Factory/issues/8088): NaN on an A100, cured by another
    attention. Our experiment: a GPT-2 padded on the left, with an attention that shuts out padding by minus infinity,
    has a loss of NaN, and of 6.00 with the eager one, where guessing has 5.98.
"""

import math

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts

MESSAGE = (
    'The loss of the first batches is {loss} with attn_implementation="{attention}", and {eager:.3f} with "eager".'
)
WHY = "No step can be learned from: the gradient is NaN, and so is every weight after the first step."
NEXT_STEP = (
    'Load the model with from_pretrained(..., attn_implementation="eager"), or update the package that brings '
    "{attention}; where rows are padded on the left, pad on the right for training."
)
DEGREE = Degree.ADVICE
SIGNS = ("loss exactly 0, gradient norm not finite",)

BAD = LiveScene(
    "causal",
    options={"left_padding": 1, "attention_not_finite": 1},
    trial=True,
    says="Rows are padded on the left, and the attention divides by zero where it sees padding alone.",
)
GOOD = LiveScene(
    "causal",
    options={"attention_not_finite": 1},
    trial=True,
    says="The same rows padded on the right, where every position sees a word before it.",
)


def before(trial: TrialFacts) -> Finding | NotLooked | None:
    """The first loss with both attentions."""
    start = trial.ran("start_loss")
    if start is None:
        return NotLooked("the first loss was not computed")
    eager = start.numbers.get("eager")
    if not isinstance(eager, float) or not math.isfinite(eager):
        return None
    return Finding(
        failure="attention_gives_nan",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.95,
        numbers={name: start.numbers[name] for name in ("loss", "attention", "eager")},
        place=Place("setting", "attn_implementation"),
    )
