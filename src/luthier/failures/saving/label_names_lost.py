"""The saved model calls its classes LABEL_0, LABEL_1, …, and nobody wrote down which is which.

Symptom
    Whoever loads the model reads LABEL_2 where a name was wanted, and guesses its meaning from a script that may have
    changed.

Why it is silent
    Training needs only numbers. Transformers fills in names of its own, so that the config looks complete.

Evidence
    Before: the data set names its classes, and the model's config has placeholders for them. A warning.
    After: config.json of a classifier or tagger holds nothing but placeholders. A warning where the rows (`--data`)
    have names, a note where no rows are at hand. Rows that only number their classes lose nothing.

Fix
    Advice only: writes the code that puts the names into the config. Training need not be repeated.

Source
    transformers #15474 (https://github.com/huggingface/transformers/issues/15474) and #13298. Our experiment with
    Transformers 5.24: a Trainer on a data set with named classes saved LABEL_0 to LABEL_3.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.failures._labels import listed, named, placeholders

MESSAGE = {
    "named": "The data set calls its {count} classes {names}; the model's config calls them LABEL_0 to LABEL_{last}.",
    "lost": "The rows call their classes {names}; the saved config calls its {count} classes LABEL_0 to LABEL_{last}.",
    "none": "The saved config calls its {count} classes LABEL_0 to LABEL_{last}.",
}
WHY = "Every answer of the model is a number whose meaning stands nowhere beside it."
_LATER = (
    "Load the model, set model.config.id2label = {{0: ..., 1: ...}} and label2id to match, in the order of ids that "
    "training used, and save again."
)
NEXT_STEP = {
    "named": (
        'names = train_dataset.features["label"].names; model.config.id2label = dict(enumerate(names)); '
        "model.config.label2id = {{name: number for number, name in enumerate(names)}}, before training."
    ),
    "lost": _LATER,
    "none": _LATER,
}
DEGREE = Degree.ADVICE
SIGNS = ("configuration",)
EXPLAINED_BY = ("outputs_unlike_labels", "labels_start_at_one")
CLASSIFIERS = ("ForSequenceClassification", "ForTokenClassification")

BAD = LiveScene(
    options={"named_labels": 4}, says="The data set names four topics, the model was made for four classes."
)
GOOD = LiveScene(options={"named_labels": 1}, says="The model was given the names as well.")


def before(census: BatchCensus, config: SavedConfig) -> Finding | NotLooked | None:
    """Compare the names in the data set with those in the config."""
    names = census.given.names if census.given is not None else ()
    if census.kind not in ("classes", "tags", "multilabel") or not named(names):
        return NotLooked("the data set does not name classes")
    if not placeholders(config.labels) or census.outputs < 2:
        return None
    return _finding(Moment.BEFORE, config, len(names), names)


def after(config: SavedConfig, data: DataFacts | None = None) -> Finding | NotLooked | None:
    """Look at the names in the config."""
    count = config.outputs or 2
    if not config.architecture.endswith(CLASSIFIERS) or count < 2:
        return NotLooked("the saved model is no classifier")
    if not placeholders(config.labels):
        return None
    if data is not None and not named(data.classes):
        return None
    return _finding(Moment.AFTER, config, count, data.classes if data is not None else ())


def _finding(moment: Moment, config: SavedConfig, count: int, names: tuple[str, ...]) -> Finding:
    return Finding(
        failure="label_names_lost",
        moment=moment,
        severity="warning" if names else "note",
        confidence=1.0 if names else 0.9,
        numbers={"count": count, "last": count - 1, "names": listed(names)},
        place=Place("file", f"{config.folder}/config.json".lstrip("/")),
        variant="none" if not names else "named" if moment is Moment.BEFORE else "lost",
    )
