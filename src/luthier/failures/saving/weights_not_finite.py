"""The saved weights hold values that are not numbers.

Symptom
    Predictions are one class, empty or an error, and all scores of the loaded model are at chance or NaN.

Why it is silent
    Saving writes whatever is there, loading reads it, and a log that filters such values says loss 0.0, or nothing
    unusual where the accident happened after its last line. The run ends normally.

Evidence
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
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import AdapterFacts, WeightFacts
from luthier.facts.scene import RunScene

MESSAGE = {
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
NEXT_STEP = (
    "Go back to {safe}, and train on with a lower learning rate, max_grad_norm=1 and without fp16; look at the rows "
    "of the step at which it happened."
)
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


def after(
    weights: WeightFacts | None = None,
    adapter: AdapterFacts | None = None,
    checkpoints: CheckpointFacts | None = None,
) -> Finding | NotLooked | None:
    """Look at the saved model, then at its adapter, then at the newest checkpoint."""
    safe = checkpoints.safe.name if checkpoints is not None and checkpoints.safe is not None else "an earlier save"
    if weights is not None and weights.not_finite:
        return _finding("model", weights.not_finite, len(weights.tensors), weights.files[0], safe)
    if adapter is not None and adapter.not_finite:
        return _finding("adapter", adapter.not_finite, len(adapter.tensors), adapter.folder, safe)
    newest = checkpoints.newest if checkpoints is not None else None
    lost = [injury.file for injury in newest.injuries if injury.kind == "not finite"] if newest is not None else []
    if newest is not None and lost:
        return Finding(
            failure="weights_not_finite",
            moment=Moment.AFTER,
            severity="error",
            confidence=1.0,
            numbers={"count": len(lost), "step": newest.step, "first": lost[0], "safe": safe},
            place=Place("file", lost[0], step=newest.step),
            variant="checkpoint",
        )
    if weights is None and adapter is None and newest is None:
        return NotLooked("no weights in safetensors files were found")
    return None


def _finding(what: str, lost: tuple[str, ...], total: int, file: str, safe: str) -> Finding:
    return Finding(
        failure="weights_not_finite",
        moment=Moment.AFTER,
        severity="error",
        confidence=1.0,
        numbers={"what": what, "count": len(lost), "total": total, "first": lost[0], "safe": safe},
        place=Place("file", file),
        variant="whole",
    )
