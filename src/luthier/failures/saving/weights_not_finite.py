"""The weights hold values that are not numbers.

Symptom
    Predictions are one class, empty or an error, and all scores of the loaded model are at chance or NaN.

Why it is silent
    Saving writes whatever is there, loading reads it, and a log that filters such values says loss 0.0, or nothing
    unusual where the accident happened after its last line. The run ends normally.

Evidence
    Before: a weight of the model in memory that is about to be trained is NaN or infinity; where a folder is read, one
    of the saved model.
    After: the bytes of the saved model, of its adapter or of the newest checkpoint hold NaN or infinity. Read from
    the safetensors files without loading a model; where only a sample of a large file was read, the answer "clear"
    holds for the sample.

Fix
    Advice only: what was lost cannot be computed back. Take the newest checkpoint that is whole.

Source
    trl #6668 (https://github.com/huggingface/trl/issues/6668), LLaMA-Factory #7263
    (https://github.com/hiyouga/LLaMA-Factory/issues/7263). Our experiment with Transformers 5.24: one batch with a NaN
    loss, then 0.0 in every line of the log, NaN in all weights, exit status 0.
"""

from luthier.facts.arguments import Plain
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import AdapterFacts, WeightFacts
from luthier.facts.scene import RunScene

MESSAGE = {
    "live": (
        "{count} of {total} tensors of the model that is about to be trained hold NaN or infinity, {first} among them: "
        "nothing that they enter is a number."
    ),
    "whole": (
        "{count} of {total} tensors of the saved {what} hold NaN or infinity, {first} among them: nothing that it "
        "computes is a number."
    ),
    "checkpoint": (
        "{count} files of the newest checkpoint, that of step {step}, hold NaN or infinity, {first} among them: what "
        "goes on from it computes nothing but NaN."
    ),
}
WHY = "A single value that is not a number spreads to all outputs. Training on from such weights changes nothing."
_BACK = (
    "Go back to {safe}, and train on with a lower learning rate, max_grad_norm=1 and without fp16; look at the rows "
    "of the step at which it happened."
)
NEXT_STEP = {
    "live": (
        "Load the pretrained weights again; if {first} is finite then, look at what is done to the model before "
        "training, such as a cast to fp16 or new rows of the embedding; if not, take another checkpoint."
    ),
    "whole": _BACK,
    "checkpoint": _BACK,
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("loss_not_finite",)
SIGNS = ("good in the session, bad after reload", "loss exactly 0, gradient norm not finite")

ARGUMENTS: dict[str, Plain] = {
    "load_best_model_at_end": False,
    "logging_steps": 40,
    "eval_strategy": "steps",
    "eval_steps": 80,
    "save_strategy": "steps",
    "save_steps": 80,
}
BAD = RunScene(
    arguments=ARGUMENTS,
    log={"nan_from": 290},
    says="The loss becomes NaN ten steps before the end, after the last line of the log.",
)
GOOD = RunScene(arguments=ARGUMENTS, says="The same run without the accident.")


def before(weights: WeightFacts, checkpoints: CheckpointFacts | None = None) -> Finding | None:
    """Look at the model that is about to be trained, or at the one that is read."""
    return _of_model(Moment.BEFORE, weights, checkpoints) if weights.not_finite else None


def after(
    weights: WeightFacts | None = None,
    adapter: AdapterFacts | None = None,
    checkpoints: CheckpointFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at the saved model, then at its adapter, then at the newest checkpoint."""
    if weights is not None and weights.not_finite:
        return _of_model(Moment.AFTER, weights, checkpoints)
    if adapter is not None and adapter.not_finite:
        numbers = _numbers("adapter", adapter, checkpoints)
        return _finding(Moment.AFTER, "whole", numbers, Place("file", adapter.folder))
    newest = checkpoints.newest if checkpoints is not None else None
    lost = [injury.file for injury in newest.injuries if injury.kind == "not finite"] if newest is not None else []
    if newest is not None and lost:
        injured: dict[str, Number] = {"count": len(lost), "step": newest.step, "first": lost[0]}
        place = Place("file", lost[0], step=newest.step)
        return _finding(Moment.AFTER, "checkpoint", {**injured, "safe": _safe(checkpoints)}, place)
    if weights is None and adapter is None and newest is None:
        return NotLooked("no weights in safetensors files were found")
    return None


def _of_model(moment: Moment, weights: WeightFacts, checkpoints: CheckpointFacts | None) -> Finding:
    """Weights in memory stand in no file."""
    numbers = _numbers("model", weights, checkpoints)
    if not weights.files:
        return _finding(moment, "live", numbers, Place("setting", "model"))
    return _finding(moment, "whole", numbers, Place("file", weights.files[0]))


def _numbers(what: str, facts: WeightFacts | AdapterFacts, checkpoints: CheckpointFacts | None) -> dict[str, Number]:
    lost = facts.not_finite
    counts: dict[str, Number] = {"count": len(lost), "total": len(facts.tensors), "first": lost[0]}
    return {**counts, "what": what, "safe": _safe(checkpoints)}


def _safe(checkpoints: CheckpointFacts | None) -> str:
    return checkpoints.safe.name if checkpoints is not None and checkpoints.safe is not None else "an earlier save"


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="weights_not_finite",
        moment=moment,
        severity="error",
        confidence=1.0,
        numbers=numbers,
        place=place,
        variant=variant,
    )
