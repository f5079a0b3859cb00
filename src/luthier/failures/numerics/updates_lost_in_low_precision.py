"""The weights that learn are held in 16 bits, and most updates are too small to change them.

Symptom
    The loss falls less than it should. After training many weights, all norms among them, are bit for bit what they
    were.

Why it is silent
    bfloat16 holds two to three digits: between 1 and 2 its values lie 0.0078 apart, around 0.02 they lie 0.00012 apart.
    AdamW moves a weight by about the rate in each step; what is smaller than half the distance to the next value is
    rounded away, every time. bf16=True was meant to keep weights in float32, but a model that was loaded in bfloat16
    stays in it.

Evidence
    Before: where the trial was run, more than half of the weights with a gradient did not move in three steps, or whole
    tensors did not, and their type is one of 16 bits. Without the trial: most weights that learn are bfloat16, they are
    no adapter, and the rate is below 1e-4.
    After, with the base model at hand: Trainer has saved weights in bfloat16, of which nearly all norms are those of
    the base, while embeddings and matrices have changed.
    Not looked for under DeepSpeed and FSDP, which keep weights in float32 beside.

Fix
    Advice only: load the model in float32 and set bf16=True.

Source
    speculators #765 (https://github.com/vllm-project/speculators/pull/765): all norms still 1.0 after training, and 10
    to 15 % better when that was mended. Our experiments: a tiny BERT in bfloat16, three steps of AdamW: at a rate of
    1e-5 95 % of the weights with a gradient have not moved, at 1e-4 87 %, at 1e-3 13 %; a GPT-2 94, 70 and 3 %, a T5
    99, 91 and 26 %. In float32 all move.
"""

import re

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts

MESSAGE = {
    "tried": (
        "{percent:.0f} % of the weights with a gradient did not move in {steps} optimiser steps: they are held in "
        "{types}, and their updates are rounded away."
    ),
    "planned": (
        "{count:,} of the {total:,} weights that learn are held in {types} and are to move by about {rate:g} a step: "
        "around 1 their values lie 0.0078 apart."
    ),
    "saved": (
        "{count} of {total} norms are bit for bit those of the base model, in weights of {types} of which other "
        "tensors have changed."
    ),
}
WHY = "An update that is rounded away is lost: the same rate does less than it should, and to norms nothing."
NEXT_STEP = (
    "Load the model with from_pretrained(..., dtype=torch.float32) and set bf16=True, which computes in bfloat16 and "
    "keeps the weights."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("half_precision_weights", "half_precision_overflow")
EXPERIMENT = (
    "Train 100 steps with the weights in float32 and compare the losses: they fall faster if this was the cause."
)
SIGNS = ("loss floor above 0", "tuned output equals the base")
SMALL, LOST, NEARLY = 1e-4, 0.5, 0.9
OWN_COPY = ("deepspeed", "fsdp")
SAVED_BY_TRAINER = ("training_args", "optimizer")
_NORM = re.compile(r"norm|(^|\.)ln_", re.IGNORECASE)
_EMBEDDING = re.compile(r"embed|wte|shared", re.IGNORECASE)

BAD = LiveScene(
    "classifier",
    arguments={"learning_rate": 2e-5, "bf16": True},
    options={"bf16_weights": 1},
    says="A model was loaded in bfloat16 and is trained at 2e-5.",
)
GOOD = LiveScene(
    "classifier", arguments={"learning_rate": 2e-5, "bf16": True}, says="It was loaded in float32, with bf16=True."
)


def before(weights: WeightFacts, arguments: Arguments, trial: TrialFacts | None = None) -> Finding | NotLooked | None:
    """What moved; where nothing was tried, what can move."""
    learning = weights.learning_types
    total, rough = sum(learning.values()), learning.get("BF16", 0) + learning.get("F16", 0)
    if not total or 2 * rough < total:
        return None
    if copied := _own_copy(arguments):
        return copied
    move = trial.ran("weights_move") if trial is not None else None
    if move is not None and "lost" in move.numbers:
        lost, still = float(move.numbers["lost"]), int(move.numbers["identical"])
        if lost <= LOST and not still:
            return None
        numbers: dict[str, Number] = {"percent": 100 * lost, "steps": move.numbers["steps"], "types": _named(learning)}
        return _finding(Moment.BEFORE, "tried", numbers, 0.95)
    rate, adapter = arguments.number("learning_rate"), any("lora_" in name for name in weights.learning or ())
    if adapter or rate is None or not 0 < rate < SMALL or 2 * learning.get("BF16", 0) < total:
        return None
    numbers = {"count": rough, "total": total, "types": _named(learning), "rate": rate}
    return _finding(Moment.BEFORE, "planned", numbers, 0.85)


def after(weights: WeightFacts, config: SavedConfig, arguments: Arguments) -> Finding | NotLooked | None:
    """What differs from the base model."""
    if weights.unchanged is None:
        return NotLooked("the base model is not at hand: add --base FOLDER")
    total, same = sum(weights.types.values()), set(weights.unchanged)
    by_trainer = any(name.startswith(SAVED_BY_TRAINER) for name in config.files)
    if not by_trainer or 2 * weights.types.get("BF16", 0) < total:
        return None
    if copied := _own_copy(arguments):
        return copied
    norms = [name for name in weights.tensors if _NORM.search(name) and name.endswith("weight")]
    still, others = [name for name in norms if name in same], set(weights.tensors).difference(norms)
    embeddings = [name for name in others if _EMBEDDING.search(name)]
    if len(still) < max(2, NEARLY * len(norms)) or 2 * len(others & same) > len(others) or same.issuperset(embeddings):
        return None
    numbers: dict[str, Number] = {"count": len(still), "total": len(norms), "types": "bfloat16"}
    return _finding(Moment.AFTER, "saved", numbers, 0.75)


def _own_copy(arguments: Arguments) -> NotLooked | None:
    used = [name for name in OWN_COPY if arguments.values.get(name)]
    return NotLooked(f"{used[0]} may keep the weights in float32 beside") if used else None


def _named(types: dict[str, int]) -> str:
    return " and ".join({"BF16": "bfloat16", "F16": "float16"}[name] for name in ("BF16", "F16") if types.get(name))


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], confidence: float) -> Finding:
    return Finding(
        failure="updates_lost_in_low_precision",
        moment=moment,
        severity="warning",
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "dtype"),
        variant=variant,
    )
