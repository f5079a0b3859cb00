"""The run failed in its first steps, as some seeds do on small sets, at settings that work with another seed.

Symptom
    One run in several ends at the loss of guessing and with one class for everything; the others are good.

Why it is silent
    Nothing differs from the runs that work but the order of the rows and the numbers that the head was drawn from. The
    run ends normally, and its settings are those of the paper.

Evidence
    After: a classifier trained by AdamW at 3e-4 or less on fewer than 5,000 rows an epoch, for 60 steps or more. The
    loss at the end proves that nothing was learned, and the gradient has vanished: the median norm of the second half
    of the run is below a tenth of the largest of the first fifth. Labels that say nothing, or a rate that never
    arrives, leave the gradient as large as it was. An error.

Fix
    Advice only: another seed, with a warmup and more epochs, which make such starts rare.

Source
    Mosbach et al. 2021, https://arxiv.org/abs/2006.04884: failed runs have vanishing gradients, and warmup, bias
    correction and 20 epochs make them rare; Zhang et al. 2021, https://arxiv.org/abs/2006.05987. The limits are ours.
"""

import numpy as np

from luthier.facts.arguments import Arguments
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._causes import RUINED
from luthier.failures._signals import NO_CHANCE, at_chance, at_the_end, chance_loss, uses_adam

MESSAGE = (
    "At step {step} the loss is {loss:.3f} and guessing has {chance:.3f}; the gradient norm fell from {first:.2g} to "
    "{last:.2g}: this start failed, with seed={seed} and train.rate={rate:g}."
)
WHY = "Once the encoder gives every text the same vector, hardly any gradient reaches it, and it stays that way."
NEXT_STEP = (
    "Train again with another seed (seed={other}), train.warmup=0.1 and up to 20 epochs on few rows; report the spread "
    "over several seeds."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Train with seed={other} and nothing else changed: the loss falls below {chance:.2f} if this is it."
SIGNS = (
    "loss flat at ln C or at the class entropy, one class predicted",
    "early spike of the gradient norm, then tiny norms",
)
EXPLAINED_BY = (
    *RUINED,
    "rate_runs_out",
    "optimiser_without_bias_correction",
    "majority_by_optimiser",
    "attention_gives_nan",
)
HIGHEST, ROWS, STEPS, GONE = 3e-4, 5_000, 60, 0.1

BAD = RunScene(
    arguments={"load_best_model_at_end": False, "save_total_limit": None},
    log={
        "start": 1.4,
        "end": 1.386,
        "noise": 0.01,
        "norm": 9.0,
        "norm_end": 0.1,
        "eval_start": 1.39,
        "eval_end": 1.387,
        "metric": "accuracy",
        "first": 0.25,
        "last": 0.26,
    },
    says="The gradient is gone after the first epoch, and the loss stays at ln 4.",
)
GOOD = RunScene(log={"norm": 9.0, "norm_end": 0.1}, says="The gradient gets small because the loss does.")


def after(
    trace: Trace,
    plan: Plan,
    arguments: Arguments | None = None,
    data: DataFacts | None = None,
    config: SavedConfig | None = None,
) -> Finding | NotLooked | None:
    """Look at loss and gradient at the end."""
    chance = chance_loss(data, plan, config)
    if not 0 < plan.train.rate <= HIGHEST or not uses_adam(arguments) or plan.strategy.name != "full":
        return None
    if not chance:
        return NotLooked(NO_CHANCE)
    rows = trace.steps_per_epoch * plan.train.batch_size * plan.train.accumulation
    if not len(trace) or trace.steps[-1] < STEPS or not 0 < rows < ROWS or not at_chance(trace, chance):
        return None
    norms = _norms(trace)
    if norms is None:
        return NotLooked("the log holds no gradient norms")
    first, last = norms
    if not last < GONE * first:
        return None
    return Finding(
        failure="unlucky_seed",
        moment=Moment.AFTER,
        severity="error",
        confidence=0.75,
        numbers={
            "step": int(trace.steps[-1]),
            "loss": float(at_the_end(trace).mean()),
            "chance": chance,
            "first": first,
            "last": last,
            "seed": plan.seed,
            "other": plan.seed + 1,
            "rate": plan.train.rate,
        },
        place=Place("setting", "seed", step=int(trace.steps[-1])),
    )


def _norms(trace: Trace) -> tuple[float, float] | None:
    """Largest gradient norm of the first fifth of the run, median of its second half; None where there are too few."""
    groups = [values for values in trace.grad_norms.values() if np.isfinite(values).all() and len(values) >= 5]
    if not groups:
        return None
    total = np.sqrt(sum(values**2 for values in groups))
    return float(total[: max(1, len(total) // 5)].max()), float(np.median(total[len(total) // 2 :]))
