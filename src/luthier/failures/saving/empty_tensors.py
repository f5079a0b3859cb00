"""Saved tensors have no elements, or their bytes are not in the file: the weights were never gathered.

Symptom
    Loading raises a size mismatch with torch.Size([0]), or the file is a fraction of what the model needs.

Why it is silent
    Under DeepSpeed ZeRO 3 and FSDP each process holds a part of every weight, and an empty stand-in for the rest.
    Saving without gathering writes the stand-ins, and the run ends normally.

Evidence
    Before and after: tensors of the saved model, or of its adapter, whose shape has a zero; or tensors that its index
    names or its file announces, and that are not there. Of checkpoints only the newest is looked at, and only where
    there is no model at the top; cut files of checkpoints are a failure of their own.

Fix
    Advice only: gather the weights when saving, or put the checkpoint's parts together.

Source
    transformers #20082 (https://github.com/huggingface/transformers/issues/20082), peft #1710
    (https://github.com/huggingface/peft/issues/1710), axolotl #933, OpenRLHF #839.
"""

from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import AdapterFacts, WeightFacts
from luthier.facts.scene import RunScene

MESSAGE = {
    "no elements": "{count} of {total} tensors of the saved {what} have no elements, {first} among them.",
    "missing": "{count} of {total} tensors of the saved {what} are announced and not there, {first} among them.",
}
WHY = "These weights were never written: the model does not load, or loads with random values in their place."
NEXT_STEP = {
    "no elements": (
        "Gather when saving: stage3_gather_16bit_weights_on_model_save=true for DeepSpeed, "
        "fsdp_state_dict_type=FULL_STATE_DICT for FSDP; of a checkpoint that is there, run zero_to_fp32.py."
    ),
    "missing": "Copy or save the model again until every file of model.safetensors.index.json is there, whole.",
}
DEGREE = Degree.ADVICE
SIGNS = ("good in the session, bad after reload", "crash at first evaluation")

BAD = RunScene("causal", weights={"transformer.h": "empty"}, says="The weights of all layers were saved as stand-ins.")
GOOD = RunScene("causal", says="They were gathered before saving.")


def before(weights: WeightFacts) -> Finding | None:
    """Look at the files of a model; one in memory under ZeRO 3 holds stand-ins by right."""
    return _of_model(Moment.BEFORE, weights) if weights.files else None


def after(weights: WeightFacts | None = None, adapter: AdapterFacts | None = None) -> Finding | NotLooked | None:
    """Look at the files of the model, then at the adapter."""
    found = _of_model(Moment.AFTER, weights) if weights is not None else None
    if found is not None or adapter is None:
        nothing = NotLooked("no weights in safetensors files were found", ("weights", "adapter"))
        return found if weights is not None or adapter is not None else nothing
    bare = tuple(name for name, shape in adapter.tensors.items() if 0 in shape)
    return _finding(Moment.AFTER, "no elements", "adapter", bare, len(adapter.tensors), adapter.folder)


def _of_model(moment: Moment, weights: WeightFacts) -> Finding | None:
    bare = tuple(name for name in weights.empty if 0 in weights.tensors.get(name, ()))
    gone = tuple(name for name in weights.empty if name not in bare)
    total = len(weights.tensors.keys() | set(weights.empty))
    file = weights.files[0] if weights.files else "model.safetensors.index.json"
    if not bare and file.startswith("checkpoint-"):
        return None
    return _finding(moment, "no elements" if bare else "missing", "model", bare or gone, total, file)


def _finding(moment: Moment, variant: str, what: str, names: tuple[str, ...], total: int, file: str) -> Finding | None:
    if not names:
        return None
    return Finding(
        failure="empty_tensors",
        moment=moment,
        severity="error",
        confidence=1.0,
        numbers={"count": len(names), "total": total, "first": names[0], "what": what},
        place=Place("file", file),
        variant=variant,
    )
