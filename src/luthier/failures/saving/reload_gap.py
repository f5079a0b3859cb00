"""The saved model does not predict what the model in memory predicted.

Symptom
    Good scores in the session, chance or other labels after loading.

Why it is silent
    Loading fills what a file lacks with random numbers and at most a warning. Scores were taken in memory, so that
    nobody looks at what lies on disk until it is in use.

Evidence
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
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import Scene

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
}
WHY = "All scores of this run belong to the model in memory. What was saved is another one."
NEXT_STEP = {
    "missing": "Save again from the model in memory, head included, and check that {first} is in {folder}.",
    "names": "Write id2label into the config of {folder} as the run has it, and save again.",
    "changed": "Save again from the model in memory, then load it in a fresh process and compare before using it.",
    "tokenizer": "Save the tokenizer into {folder} as well.",
}
DEGREE = Degree.ADVICE
SIGNS = ("good in the session, bad after reload",)
EXPLAINED_BY = ("loss_not_finite",)
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


def after(artifact: ArtifactFacts) -> Finding | NotLooked | None:
    """Compare the saved model with the one in memory."""
    variant = _what_differs(artifact)
    if variant is None:
        return NotLooked("no rows were predicted by both") if not artifact.rows else None
    return Finding(
        failure="reload_gap",
        moment=Moment.AFTER,
        severity="warning" if variant == "tokenizer" else "error",
        confidence=1.0,
        numbers={
            "folder": artifact.folder,
            "rows": artifact.rows,
            "changed": artifact.rows - artifact.same_label,
            "gap": artifact.largest_gap,
            "count": len(artifact.missing),
            "first": artifact.missing[0] if artifact.missing else "",
            "saved": ", ".join(artifact.label_names),
            "expected": ", ".join(artifact.expected_names),
        },
        place=Place("file", artifact.folder),
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
