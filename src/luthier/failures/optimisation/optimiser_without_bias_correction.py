"""The optimiser takes its first steps several times too large, because it does not correct its bias.

Symptom
    Small sets give another result with every seed, and some runs end at the loss of guessing.

Why it is silent
    The option is one of the first BERT scripts and came along with them. Later in the run it makes no difference, and
    the log shows the rate that was asked for.

Evidence
    Before and after: a group of the optimiser, in the trainer or in optimizer.pt, says correct_bias=False or
    bias_correction=False. The first step is then (1 - beta1) / sqrt(1 - beta2) times as large, 3.2 times with the usual
    betas. A warning.

Fix
    Advice only: torch.optim.AdamW, which corrects it, or the option turned on.

Source
    Zhang et al. 2021, https://arxiv.org/abs/2006.05987: without correction many runs on small sets fail; Mosbach
    et al. 2021, https://arxiv.org/abs/2006.04884. The factor is that of Kingma and Ba,
    https://arxiv.org/abs/1412.6980, at the first step.
"""

import math

from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.optimiser import OptimiserFacts, OptimiserGroup
from luthier.facts.scene import LiveScene

MESSAGE = (
    "The optimiser says {setting}={value}: its first steps are up to {factor:.1f} times as large as the learning rate "
    "means."
)
WHY = "Large first steps break pretrained weights before a warmup can spare them; whether they do depends on the seed."
NEXT_STEP = 'Use torch.optim.AdamW, set {setting}=True, or leave the optimiser to Trainer with optim="adamw_torch".'
DEGREE = Degree.ADVICE
SIGNS = (
    "early spike of the gradient norm, then tiny norms",
    "loss flat at ln C or at the class entropy, one class predicted",
)
NAMES = ("correct_bias", "bias_correction")
BETAS = (0.9, 0.999)

BAD = LiveScene(options={"optimiser": "uncorrected"}, says="The AdamW of an old script, which does not correct.")
GOOD = LiveScene(options={"optimiser": "decays all"}, says="The AdamW of torch, which always does.")


def before(optimiser: OptimiserFacts) -> Finding | None:
    """Look at the groups of the optimiser that the trainer was given."""
    return _look(Moment.BEFORE, optimiser)


def after(optimiser: OptimiserFacts) -> Finding | None:
    """Look at those that a checkpoint holds."""
    return _look(Moment.AFTER, optimiser)


def _look(moment: Moment, optimiser: OptimiserFacts) -> Finding | None:
    found = [(group, name) for group in optimiser.groups for name in NAMES if group.settings.get(name) in (False, 0)]
    if not found:
        return None
    group, name = found[0]
    return Finding(
        failure="optimiser_without_bias_correction",
        moment=moment,
        severity="warning",
        confidence=0.9,
        numbers={"setting": name, "value": str(group.settings[name]), "factor": _factor(group)},
        place=Place("setting", name),
    )


def _factor(group: OptimiserGroup) -> float:
    """Size of the first step in learning rates; 1 with correction."""
    betas = group.settings.get("betas")
    known = isinstance(betas, tuple) and len(betas) >= 2 and all(isinstance(one, float) and one < 1 for one in betas)
    first, second = (float(betas[0]), float(betas[1])) if known else BETAS  # type: ignore[arg-type,index]
    return (1 - first) / math.sqrt(1 - second)
