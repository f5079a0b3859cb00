"""Plain gradient descent at a rate for AdamW: the model stays at the most frequent class.

Symptom
    The loss stays near that of guessing, and one class is predicted for nearly everything.

Why it is silent
    SGD takes the rate times the gradient, where AdamW takes about the rate itself. 5e-5 and 1e-3 are rates for AdamW;
    under SGD they move weights next to nothing. The run ends normally.

Evidence
    Before: the optimiser is SGD, by the settings (optim="sgd") or as the trainer was given it, and the rate is below
    5e-3. A warning.
    After: the same, and the mean training loss of the last tenth of the run is above 80 % of that of the first tenth.
    An error. A run whose loss fell further is left alone.

Fix
    AdamW at 5e-5 when asked, where the settings name the optimiser; otherwise advice.

Source
    transformers #3456 (https://github.com/huggingface/transformers/issues/3456): SGD at 1e-3, one row a batch. Our
    experiment with MiniLM-L6, 320 texts of four topics, two epochs: SGD ended at 1.38 of ln 4 = 1.386 with 5e-5, at
    1.37 with 1e-3 and one row a batch, and had 99 % right with 2e-2.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.optimiser import OptimiserFacts
from luthier.facts.plan import Plan
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset
from luthier.failures._signals import CREEPS, ends

MESSAGE = {
    "plan": "The optimiser is SGD at learning_rate={rate:g}, which hardly moves pretrained weights.",
    "run": (
        "In {steps} steps of SGD at learning_rate={rate:g} the training loss went from {first:.3g} to {last:.3g}: the "
        "weights have hardly moved."
    ),
}
WHY = "Gradients of a pretrained encoder are small and of very different sizes; AdamW evens them out and SGD does not."
NEXT_STEP = 'Set optim="adamw_torch" and learning_rate=5e-5 (the fix does that when asked), in place of an own SGD.'
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = "Train 100 steps with AdamW at 5e-5: the loss falls if this is it."
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "metric equals the majority share")
EXPLAINED_BY = ("loss_not_finite", "labels_shuffled", "rate_never_arrives")
LEAST, USUAL = 5e-3, 5e-5

BAD = LiveScene(arguments={"optim": "sgd"}, says="A classifier is trained by SGD at Trainer's usual 5e-5.")
GOOD = LiveScene(arguments={"optim": "adamw_torch"}, says="It is trained by AdamW.")


def before(
    arguments: Arguments, plan: Plan, optimiser: OptimiserFacts | None = None, trace: Trace | None = None
) -> Finding | None:
    """Look at optimiser and rate; a run that has a log is judged by it."""
    rate = _slow_rate(arguments, plan, optimiser)
    if rate is None or (trace is not None and len(trace)):
        return None
    return _finding(Moment.BEFORE, "plan", {"rate": rate})


def after(
    arguments: Arguments, plan: Plan, trace: Trace, optimiser: OptimiserFacts | None = None
) -> Finding | NotLooked | None:
    """Look at them where the loss crept."""
    rate = _slow_rate(arguments, plan, optimiser)
    if rate is None:
        return None
    losses = ends(trace)
    if losses is None:
        return NotLooked("the log has fewer than ten losses")
    first, last = losses
    numbers: dict[str, Number] = {"rate": rate, "steps": int(trace.steps[-1]), "first": first, "last": last}
    return _finding(Moment.AFTER, "run", numbers) if last > CREEPS * first else None


def _slow_rate(arguments: Arguments, plan: Plan, optimiser: OptimiserFacts | None) -> float | None:
    """The rate of an SGD that is too low for it; None for other optimisers and rates."""
    groups = optimiser.groups if optimiser is not None else ()
    if groups:
        settings = groups[0].settings
        by_file = "nesterov" in settings and "betas" not in settings
        if not (optimiser is not None and optimiser.kind == "SGD") and not by_file:
            return None
        known, momentum = settings.get("initial_lr"), settings.get("momentum")
        rate = float(known) if isinstance(known, int | float) else plan.train.rate
        rate /= 1 - (momentum if isinstance(momentum, float) and momentum < 1 else 0.0)
    elif arguments.text("optim") == "sgd":
        rate = plan.train.rate
    else:
        return None
    return rate if 0 < rate < LEAST else None


def _finding(moment: Moment, variant: str, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="majority_by_optimiser",
        moment=moment,
        severity="warning" if variant == "plan" else "error",
        confidence=0.85,
        numbers=numbers,
        place=Place("setting", "optim"),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """AdamW at its usual rate; an optimiser of one's own is out of reach."""
    if arguments.text("optim") != "sgd":
        return arguments
    return reset(reset(arguments, "optim", "adamw_torch"), "learning_rate", USUAL)
