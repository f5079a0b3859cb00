"""Weights that should learn never change.

Symptom
    The loss falls more slowly than it should and stops early. A head, a layer or an adapter is after training bit for
    bit what it was before.

Why it is silent
    The other weights learn, and the loss falls. Nothing says that a parameter is in no group of the optimiser, or that
    the loss does not reach it: it requires a gradient, as it should, and nobody asks whether it ever moved.

Evidence
    Before: a few steps of the run's own optimiser at its peak rate are tried. A tensor that requires a gradient is in
    no group of the optimiser; or it gets no gradient in two batches with a step between them; or it gets one and is
    still bit for bit the same. Always an error for the first, for the others from a tenth of the tensors on, below a
    warning: models bring layers that not every task uses. Where the first loss cannot be computed, or updates are lost
    in the rounding of 16 bits, this is not judged: those are causes of their own.
    After, where the base model is at hand: no matrix of the saved encoder differs from the base's, though other
    tensors of it do. A warning, a note from a rate of 1e-3 on, at which biases are tuned on purpose (Ben Zaken et al.
    2022).

Fix
    Advice only: hand all parameters to the optimiser, or freeze on purpose what should not learn.

Source
    peft #577 (https://github.com/huggingface/peft/issues/577): a head that was never trained. Our experiment: an
    optimiser made of a BERT's body alone leaves its head at random, and Transformers 5.24 trains without a word.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.plan import Plan
from luthier.facts.saved import WeightFacts
from luthier.facts.scene import LiveScene
from luthier.facts.trial import Experiment, TrialFacts

MESSAGE = {
    "outside": (
        "{count} of {total} tensors that require a gradient are in no group of the optimiser and never change, first "
        "{name}."
    ),
    "cut": "{count} of {total} tensors that should learn get no gradient from the loss, first {name}.",
    "still": "{count} of {total} tensors get a gradient and are unchanged after {steps} optimiser steps, first {name}.",
    "saved": (
        "{count} matrices of the saved encoder, all of them, are those of the base model, bit by bit, first {name}; "
        "{moved} other tensors of it moved."
    ),
}
WHY = "What never changes stays as it was drawn or pretrained, and the rest of the model has to learn around it."
NEXT_STEP = {
    "outside": "Build the optimiser from all parameters of the model that is trained, after the last was added.",
    "cut": (
        "Look for detach(), no_grad() or a branch that the loss does not use; set requires_grad_(False) on what is "
        "not meant to learn."
    ),
    "still": "Look at the rate of this parameter's group, and at what your training loop does between the steps.",
    "saved": (
        "Print the names of the parameters that require a gradient: a filter on names froze more than you meant. Where "
        "biases alone are to learn, give them a rate of 1e-3 or more."
    ),
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("half_precision_weights", "updates_lost_in_low_precision")
SIGNS = ("loss floor above 0", "tuned output equals the base")
MANY = 0.1
FEW, BIASES, TABLES = 4, 1e-3, ("embed", "wte", "wpe", "shared")
_ROUGH = ("float16", "bfloat16")
_LOST = 0.5

BAD = LiveScene(
    "classifier",
    options={"head_outside_optimiser": 1},
    trial=True,
    says="The optimiser was made of the pretrained body, before there was a head.",
)
GOOD = LiveScene("classifier", trial=True, says="The optimiser holds body and head.")


def before(trial: TrialFacts) -> Finding | NotLooked | None:
    """What the gradient reached, and what moved."""
    if trial.failed("start_loss") is not None:
        return NotLooked("the first loss is of no use, so that no gradient is")
    reach, move = trial.ran("gradient_reach"), trial.ran("weights_move")
    if reach is None or move is None:
        return NotLooked("no step was tried")
    if move.numbers.get("outside"):
        return _tried("outside", move, "outside", "tensors", str(move.numbers.get("first_identical", "")))
    if reach.numbers.get("missed"):
        return _tried("cut", reach, "missed", "wanted", str(reach.numbers["first_missed"]))
    if move.numbers.get("identical") and not _rounded(move):
        return _tried("still", move, "identical", "tensors", str(move.numbers["first_identical"]))
    return None


def after(weights: WeightFacts, plan: Plan | None = None) -> Finding | NotLooked | None:
    """Compare the saved encoder with the base's."""
    if weights.unchanged is None or not weights.compared:
        return NotLooked("the base model is not at hand: add --base FOLDER")
    if plan is not None and plan.strategy.name != "full":
        return None
    same, matrices = set(weights.unchanged), [name for name, shape in weights.tensors.items() if len(shape) > 1]
    body = [name for name in matrices if name not in weights.head and not any(part in name for part in TABLES)]
    moved = [name for name in weights.tensors if name not in same and name not in weights.head]
    if len(body) < FEW or not moved or not set(body) <= same:
        return None
    numbers: dict[str, Number] = {"count": len(body), "name": body[0], "moved": len(moved)}
    tuned = plan is not None and plan.train.rate >= BIASES
    return _finding(Moment.AFTER, "saved", "note" if tuned else "warning", numbers, "requires_grad")


def _rounded(move: Experiment) -> bool:
    """Whether updates are lost in 16 bits."""
    types = str(move.numbers.get("type", "")).split(", ")
    return float(move.numbers.get("lost", 0.0)) > _LOST and any(one in types for one in _ROUGH)


def _tried(variant: str, one: Experiment, count: str, total: str, name: str) -> Finding:
    numbers: dict[str, Number] = {"count": one.numbers[count], "total": one.numbers[total], "name": name}
    numbers["steps"] = one.numbers.get("steps", 2)
    many = variant == "outside" or int(numbers["count"]) >= MANY * int(numbers["total"])
    return _finding(Moment.BEFORE, variant, "error" if many else "warning", numbers, name)


def _finding(moment: Moment, variant: str, severity: Severity, numbers: dict[str, Number], setting: str) -> Finding:
    return Finding(
        failure="parameters_never_updated",
        moment=moment,
        severity=severity,
        confidence=0.95 if moment is Moment.BEFORE else 0.9,
        numbers=numbers,
        place=Place("setting", setting),
        variant=variant,
    )
