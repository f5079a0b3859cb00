"""The saved model is the base model, bit by bit: nothing was learned, or other weights were saved.

Symptom
    The tuned model answers exactly as the one that it came from.

Why it is silent
    A model that was not changed saves, loads and answers like any other. The log may even show a falling loss, where
    another object was trained than the one that was saved.

Evidence
    After: all tensors of the saved model stand in the base model under the same names and with the same bits, and the
    base is at hand. A model whose head is new is not judged, since an encoder may be frozen on purpose, unless the
    biases of the head are exactly zero, as they are drawn and never again after a step. With a loss in the log that
    fell by a tenth or more, weights were trained and others saved; else nothing was trained.

Fix
    Advice only: save the object that the trainer trained, or look at what keeps weights from moving.

Source
    peft #1710 (https://github.com/huggingface/peft/issues/1710), transformers #565
    (https://github.com/huggingface/transformers/issues/565): a merged or saved model that equals its base. Our
    experiment: one step of AdamW at 5e-5 changes 28 of the 28 tensors of a tiny GPT-2.
"""

import numpy as np

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import WeightFacts
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace

MESSAGE = {
    "other": (
        "All {count} tensors of the saved model are those of the base, bit by bit, though the training loss fell from "
        "{first:.3g} to {last:.3g}."
    ),
    "same": "All {count} tensors of the saved model are those of the base, bit by bit.",
    "fresh": (
        "All {count} tensors of the saved encoder are those of the base, bit by bit, and its head is one that was "
        "never trained, though the training loss fell from {first:.3g} to {last:.3g}."
    ),
}
WHY = {
    "other": "What was trained is not what was saved: the saved model has learned nothing.",
    "same": "The saved model has learned nothing; whatever it scores, the base scores.",
    "fresh": "What was trained is not what was saved: the saved model has learned nothing.",
}
NEXT_STEP = {
    "other": (
        "Save with trainer.save_model(), or save trainer.model and not the variable that was loaded first; of an "
        "adapter, save model.merge_and_unload()."
    ),
    "same": (
        "Look whether the rate is above 0 and weights require gradients: luthier.check(trainer, trial=True) trains a "
        "few steps and counts the weights that move."
    ),
    "fresh": "Save with trainer.save_model(), or save trainer.model and not another object of the same class.",
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("parameters_never_updated", "loss_not_finite")
SIGNS = ("tuned output equals the base",)
FALL = 0.9

BAD = RunScene("causal", weights={"": "base"}, base=True, says="The model was saved as it was before training.")
GOOD = RunScene("causal", base=True, says="It was saved as it was after training.")


def after(weights: WeightFacts, trace: Trace | None = None) -> Finding | NotLooked | None:
    """Compare with the base."""
    if weights.unchanged is None:
        return NotLooked("the base model is not at hand: add --base FOLDER")
    if not weights.compared:
        return NotLooked("the base has no tensor of the same name and shape")
    losses = trace.losses[np.isfinite(trace.losses)] if trace is not None else np.zeros(0)
    fell = len(losses) >= 2 and losses[-1] < FALL * losses[0]
    numbers: dict[str, Number] = {"first": float(losses[0]), "last": float(losses[-1])} if fell else {}
    fresh = fell and weights.fresh_head is True and len(weights.unchanged) == weights.compared
    if len(weights.unchanged) < len(weights.tensors) and not fresh:
        return None
    return Finding(
        failure="weights_equal_base",
        moment=Moment.AFTER,
        severity="error",
        confidence=1.0 if weights.sampled == 1.0 else 0.9,
        numbers={"count": len(weights.unchanged), **numbers},
        place=Place("file", weights.files[0]),
        variant="same" if not fell else "fresh" if len(weights.unchanged) < len(weights.tensors) else "other",
    )
