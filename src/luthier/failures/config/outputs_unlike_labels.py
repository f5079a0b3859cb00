"""The head has another number of outputs than there are classes.

Symptom
    With too few outputs, "Target 5 is out of bounds" or a device-side assert, in training or at the first evaluation.
    With too many, nothing.

Why it is silent
    The number of outputs is a setting of its own, with 2 as its default; nothing derives it from the labels. Outputs
    that no row wants only cost a little probability.

Evidence
    Before: a label of the whole data set, training or evaluation, is negative or not below the number of outputs (an
    error: the first batch that holds it stops the run); or the outputs from some number on have no row, nobody named
    them, and an even share of the rows would be ten for each (a note).
    After: the rows (`--data`) have more classes than the saved head has outputs, or fewer while the outputs have no
    names (a warning); or the console says which label was out of bounds (an error).

Fix
    Advice only: the number of outputs is given where the model is loaded.

Source
    simpletransformers #6 (https://github.com/ThilinaRajapakse/simpletransformers/issues/6): the default head on five
    classes. pytorch-deep-learning #1290. Our experiment with Transformers 5.24: five classes under two outputs raise
    IndexError on a processor. The ten rows are ours.
"""

import re

from luthier.facts.census import BatchCensus
from luthier.facts.console import ConsoleFacts
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.failures._labels import enough, labels_seen, named
from luthier.failures._signals import classes_of

MESSAGE = {
    "beyond": "The {split} rows hold the label {label}, and the head has the outputs 0 to {last}.",
    "unused": "The head has {outputs} outputs, and the {rows} rows hold {classes} classes.",
    "few": "The {rows} rows hold {classes} classes, and the saved head has {outputs} outputs.",
    "stopped": 'The run stopped with "{said}": a label has no output.',
}
WHY = {
    "beyond": "The first batch that holds this label stops the run, on a GPU with a message about something else.",
    "unused": "An output without a class is often a sign that labels were counted wrongly, and it has no name.",
    "few": "The model can never answer with some of the classes.",
    "stopped": "Labels must be 0 to N-1 where the head has N outputs.",
}
NEXT_STEP = (
    "Make one list of classes, take every label from it, and load the model with num_labels=len(classes), "
    "id2label=dict(enumerate(classes)) and label2id={{name: number for number, name in enumerate(classes)}}."
)
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("labels_start_at_one",)
EXPERIMENT = "Print sorted(set(train_dataset['label'])) and model.config.num_labels: they must be 0 to N-1, and N."
SIGNS = ("crash at first evaluation", "configuration")
_TARGET = re.compile(r"Target -?\d+ is out of bounds|Assertion `t >= 0 && t < n_classes` failed")

BAD = LiveScene(options={"outputs": 3}, says="Four topics under a head of three outputs.")
GOOD = LiveScene(says="Four topics under four outputs.")


def before(census: BatchCensus, config: SavedConfig | None = None) -> Finding | NotLooked | None:
    """Compare every label of the data sets with the outputs."""
    given, outputs = labels_seen(census), census.outputs
    if census.kind not in ("classes", "tags") or not given.train or outputs < 2:
        return NotLooked("the labels of the data set are not class ids")
    for split, ids in (("training", given.train), ("evaluation", given.evaluation)):
        unfit = [one for one in ids if not 0 <= one < outputs]
        if unfit:
            numbers: dict[str, Number] = {"split": split, "label": max(unfit), "last": outputs - 1}
            return _finding(Moment.BEFORE, "beyond", numbers, 1.0)
    rows, top = sum(given.train.values()), max(*given.train, *given.evaluation, 0)
    nameless = not any(named(some) for some in (given.names, config.labels if config is not None else ()))
    if top + 1 < outputs and nameless and enough(rows, outputs):
        return _finding(Moment.BEFORE, "unused", {"outputs": outputs, "rows": rows, "classes": top + 1}, 0.8)
    return None


def after(
    config: SavedConfig | None = None, data: DataFacts | None = None, console: ConsoleFacts | None = None
) -> Finding | NotLooked | None:
    """Compare the classes of the rows with the saved head; look for the error in the console."""
    for line in console.messages.get("label_out_of_range", ()) if console is not None else ():
        if found := _TARGET.search(line.text):
            return _finding(Moment.AFTER, "stopped", {"said": found[0]}, 1.0)
    outputs = classes_of(config) if config is not None else 1
    if config is None or outputs < 2 or data is None:
        lacks = ("config", "console") if config is None else ("data", "console")
        return NotLooked("no rows beside a saved classifier, and no console", lacks)
    rows, classes = sum(data.rows.values()), len(data.classes)
    numbers: dict[str, Number] = {"outputs": outputs, "rows": rows, "classes": classes}
    if classes > outputs:
        return _finding(Moment.AFTER, "few", numbers, 0.9)
    if classes < outputs and not named(config.labels) and enough(rows, outputs):
        return _finding(Moment.AFTER, "unused", numbers, 0.8)
    return None


def _severity(moment: Moment, variant: str) -> Severity:
    """Before a run an output without a row may be meant: more rows may be on their way."""
    if variant in ("beyond", "stopped"):
        return "error"
    return "note" if moment is Moment.BEFORE else "warning"


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], confidence: float) -> Finding:
    return Finding(
        failure="outputs_unlike_labels",
        moment=moment,
        severity=_severity(moment, variant),
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "num_labels"),
        variant=variant,
    )
