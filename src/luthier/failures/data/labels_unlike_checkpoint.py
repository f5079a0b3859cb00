"""The data set and the model's config give the same class names other numbers, or names of another task.

Symptom
    A good public model scores near zero on its own benchmark; or a tuned model answers "contradiction" where the rows
    say "entailment", with high accuracy in its log.

Why it is silent
    Training and scoring use numbers alone. The names come along in the config of the checkpoint, and nothing compares
    them with those of the data set.

Evidence
    Before: names of the data set's label column (ClassLabel) stand in the config under other numbers (an error); or no
    name of the one is like any name of the other, and the config has its names from the base model (a warning; a note
    where the base is not at hand). Names count as like where their first three letters are the same; placeholders and
    numbers are no names.
    After: no class of the rows (`--data`) is like any name in the saved config, likewise.

Fix
    Advice only: which side is right is for the user to say; both ways are written out.

Source
    transformers #14230 (https://github.com/huggingface/transformers/issues/14230), PR #15017: evaluation scripts took
    the order of the data set for that of the checkpoint. Our experiment with Transformers 5.24: a config with the names
    of a data set in reverse order is trained, scored and saved without a word.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.failures._labels import folded, listed, moved, named, unlike

MESSAGE = {
    "swapped": "{count} classes have other numbers in the data set than in the config: {name} is {here} and {there}.",
    "other": "The {count} classes of the rows are called {names}, those in the config {others}.",
}
WHY = {
    "swapped": "The model learns the numbers of the data set and answers with the names of the config.",
    "other": "The model will answer with names that belong to another task.",
}
NEXT_STEP = {
    "swapped": (
        "To train: names = train_dataset.features['label'].names; model.config.id2label = dict(enumerate(names)); "
        "model.config.label2id = {{name: number for number, name in enumerate(names)}}. To score a finished model: "
        "dataset = dataset.align_labels_with_mapping(model.config.label2id, 'label')."
    ),
    "other": (
        "Set model.config.id2label and label2id to the names of your classes, in the order of their numbers, and save "
        "again."
    ),
}
DEGREE = Degree.ADVICE
EXPERIMENT = "Predict ten rows whose class you know, and compare the names, not the numbers."
SIGNS = ("confusion matrix is a permutation",)

BAD = LiveScene(options={"named_labels": 2}, says="The config has the names of the data set in reverse order.")
GOOD = LiveScene(options={"named_labels": 1}, says="Both have the same names in the same order.")


def before(census: BatchCensus, config: SavedConfig) -> Finding | NotLooked | None:
    """Compare the names in the data set with those in the config."""
    names, others = census.given.names if census.given is not None else (), config.labels
    if census.kind not in ("classes", "tags") or not named(names):
        return NotLooked("the data set does not name its classes")
    if not named(others):
        return None
    if swapped := moved(names, others):
        name = swapped[0]
        there = folded(others).index(folded([name])[0])
        numbers: dict[str, Number] = {"count": len(swapped), "name": name, "here": names.index(name), "there": there}
        return _finding(Moment.BEFORE, "swapped", numbers, 1.0)
    return _other(Moment.BEFORE, names, config)


def after(config: SavedConfig, data: DataFacts) -> Finding | NotLooked | None:
    """Compare the names of the rows' classes with those in the saved config."""
    if not named(data.classes):
        return NotLooked("the rows do not name their classes")
    return _other(Moment.AFTER, data.classes, config) if named(config.labels) else None


def _other(moment: Moment, names: tuple[str, ...], config: SavedConfig) -> Finding | None:
    """Names of another task, unless somebody chose them: then they differ from those of the base."""
    base = SavedConfig("", config.base).labels
    if not unlike(names, config.labels) or (config.base and base != config.labels):
        return None
    numbers: dict[str, Number] = {"count": len(names), "names": listed(names), "others": listed(config.labels)}
    return _finding(moment, "other", numbers, 0.8, known=bool(config.base))


def _finding(
    moment: Moment, variant: str, numbers: dict[str, Number], confidence: float, *, known: bool = True
) -> Finding:
    return Finding(
        failure="labels_unlike_checkpoint",
        moment=moment,
        severity="error" if variant == "swapped" else "warning" if known else "note",
        confidence=confidence,
        numbers=numbers,
        place=Place("file", "config.json"),
        variant=variant,
    )
