"""The saved model does not predict what the model in memory predicted.

Symptom
    Good scores in the session, chance or other labels after loading.

Why it is silent
    Loading fills what a file lacks with random numbers and at most a warning. Scores were taken in memory, so that
    nobody looks at what lies on disk until it is in use.

Evidence
    Before: the trial saves the model as the trainer saves it and loads it in a fresh process. Seen when weights are
    missing from the files, when they do not load, or when a score differs by more than 1 % of the scores' standard
    deviation, 10 % for weights in 16 bits. Where a batch does not score the same twice, this is not judged.
    After: the saved folder, loaded in a fresh process, predicts rows that the model in memory predicts as well.
    Seen when a weight is missing, a label name differs, a prediction differs, a probability differs by more than
    0.001, or the tokenizer was not saved. On one processor, in fp32, two loads of one file agree to 1e-6 in our
    runs; 0.001 leaves room for another order of summation and none for a lost weight.

Fix
    Advice only: the model in memory is right and the folder is not, so save it again before the process ends.

Source
    peft #876 and #577 (https://github.com/huggingface/peft/issues/876): the head was not saved. unsloth #1519
    (https://github.com/unslothai/unsloth/issues/1519). transformers #565: base weights loaded in place of the tuned
    ones.
"""

from luthier.facts.artifact import ArtifactFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.scene import Scene
from luthier.facts.trial import TrialFacts

MESSAGE = {
    "missing": (
        "{folder} lacks {count} weights, {first} among them; loading draws them at random. {changed} of {rows} "
        "predictions differ from those in memory."
    ),
    "names": (
        "{folder} names its classes {saved}, the run named them {expected}: all {rows} predictions carry wrong "
        "names or may do so."
    ),
    "changed": (
        "Loaded from {folder}, {changed} of {rows} predictions differ from those of the model in memory; "
        "probabilities differ by up to {gap:.4f}."
    ),
    "tokenizer": (
        "{folder} holds no tokenizer: whoever loads it will cut texts into other tokens than the {rows} rows "
        "checked here."
    ),
    "lost": (
        "Saved as the trainer saves it, the model lacks {count} tensors, first {first}: loading draws them at random."
    ),
    "moved": (
        "Saved and loaded in a fresh process, the model scores {rows} rows by up to {gap:.2g} standard deviations "
        "differently than in memory."
    ),
    "unloadable": "Of 1 model saved for a trial, 0 could be loaded in a fresh process: {error}.",
}
WHY = "All scores of this run belong to the model in memory. What was saved is another one."
NEXT_STEP = {
    "missing": "Save again from the model in memory, head included, and check that {first} is in {folder}.",
    "names": "Write id2label into the config of {folder} as the run has it, and save again.",
    "changed": "Save again from the model in memory, then load it in a fresh process and compare before using it.",
    "tokenizer": "Save the tokenizer into {folder} as well.",
    "lost": (
        "Let trainer.save_model write the whole model, self.model.save_pretrained(output_dir); for an adapter, name "
        'its head in LoraConfig(modules_to_save=["{module}"]).'
    ),
    "moved": (
        "Compare model.state_dict() with that of type(model).from_pretrained(folder) after trainer.save_model(folder), "
        "tensor by tensor: look for weights that are cast, tied or renamed on saving."
    ),
    "unloadable": (
        "Call trainer.save_model(folder) and type(model).from_pretrained(folder), and make that work before you train."
    ),
}
DEGREE = Degree.ADVICE
SIGNS = ("good in the session, bad after reload",)
EXPLAINED_BY = (
    "loss_not_finite",
    "weights_not_finite",
    "head_not_loaded",
    "adapter_without_head",
    "modules_to_save_ignored",
    "adapter_new_tokens_frozen",
    "tied_weights_lost",
    "empty_tensors",
    "dropout_left_on",
)
SAME = 1e-3

BAD = Scene(
    rows=200,
    settings={"strategy.name": "frozen_body", "train.head_rate": 1e-2, "train.epochs": 20},
    sabotage="head lost at save",
    says="The head is left out when the model is saved.",
)
GOOD = Scene(
    rows=200,
    settings={"strategy.name": "frozen_body", "train.head_rate": 1e-2, "train.epochs": 20},
    says="The whole model is saved.",
)


def before(trial: TrialFacts) -> Finding | NotLooked | None:
    """Look at what the trial saved and loaded."""
    reload = trial.ran("reload")
    if reload is None:
        return NotLooked("the model was not saved for a trial")
    if reload.answer == "passed":
        return None
    numbers = reload.numbers
    if "error" not in numbers and not numbers["lost"] and trial.failed("repeated_evaluation") is not None:
        return NotLooked("a batch does not score the same twice, saved or not")
    first = str(numbers.get("first_lost", ""))
    told: dict[str, Number] = {
        "rows": numbers.get("rows", 0),
        "count": numbers.get("lost", 0),
        "first": first,
        "module": first.removeprefix("base_model.model.").partition(".")[0],
        "gap": numbers.get("difference", 0.0),
        "error": str(numbers.get("message", "")),
    }
    variant = "unloadable" if "error" in numbers else "lost" if first else "moved"
    return _finding(Moment.BEFORE, variant, told, Place("setting", "trainer.save_model"))


def after(artifact: ArtifactFacts) -> Finding | NotLooked | None:
    """Compare the saved model with the one in memory."""
    variant = _what_differs(artifact)
    if variant is None:
        return NotLooked("no rows were predicted by both") if not artifact.rows else None
    numbers: dict[str, Number] = {
        "folder": artifact.folder,
        "rows": artifact.rows,
        "changed": artifact.rows - artifact.same_label,
        "gap": artifact.largest_gap,
        "count": len(artifact.missing),
        "first": artifact.missing[0] if artifact.missing else "",
        "saved": ", ".join(artifact.label_names),
        "expected": ", ".join(artifact.expected_names),
    }
    return _finding(Moment.AFTER, variant, numbers, Place("file", artifact.folder))


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], place: Place) -> Finding:
    return Finding(
        failure="reload_gap",
        moment=moment,
        severity="warning" if variant == "tokenizer" else "error",
        confidence=1.0,
        numbers=numbers,
        place=place,
        variant=variant,
    )


def _what_differs(artifact: ArtifactFacts) -> str | None:
    """The most telling difference, or None."""
    if artifact.missing:
        return "missing"
    if artifact.label_names != artifact.expected_names:
        return "names"
    if artifact.same_label < artifact.rows or not artifact.largest_gap <= SAME:
        return "changed"
    return None if artifact.tokenizer_saved else "tokenizer"
