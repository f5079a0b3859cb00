"""The form of the labels and the loss disagree on whether a row has one class or several.

Symptom
    An error about types or sizes ("result type Float can't be cast", "Target size must be the same as input size"), far
    from the line that made the labels. Or none: exclusive classes are trained as if each row could have several.

Why it is silent
    Where problem_type is not set, Transformers guesses it from the type of the first labels: whole numbers are one
    class, floats are several. A checkpoint may bring a problem_type of its own.

Evidence
    Before: in real batches of a classifier with several outputs and the model's own loss, class ids are floats, or meet
    a config that says multi_label_classification, or truth values are no floats (all three stop the run: errors); or
    exactly one class is true in each of 50 rows and more (a note).
    After: the saved config says multi_label_classification, and each of the rows (`--data`) has one of as many classes
    as there are outputs (a note; a warning where accuracy is below the share of the largest class).

Fix
    Advice only: the labels are made in code of the user.

Source
    setfit #250 (https://github.com/huggingface/setfit/issues/250), transformers PR #11012. Our experiment with
    Transformers 5.24: class ids as floats raised ValueError, truth values as integers RuntimeError, and truth values of
    exclusive classes trained without a word. The 50 rows are ours.
"""

from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene

MESSAGE = {
    "floats": "Labels are one class id per row, stored as floats: for {outputs} outputs, floats mean several classes.",
    "carried": "Labels are one class id per row, and the config of {outputs} outputs says multi_label_classification.",
    "integers": "Labels are {outputs} truth values a row, stored as {type}; the loss of several classes wants floats.",
    "one": "Each of {rows} rows has exactly one of {outputs} classes, and the loss takes them for independent.",
}
_STOPS = "The first batch stops the run with an error about types or sizes."
WHY = {
    "floats": _STOPS,
    "carried": _STOPS,
    "integers": _STOPS,
    "one": "Probabilities do not sum to 1, and a row may get several classes or none, though it always has one.",
}
_SINGLE = (
    'Keep the id: dataset = dataset.cast_column("label", datasets.Value("int64")), and set model.config.problem_type = '
    '"single_label_classification".'
)
NEXT_STEP = {
    "floats": _SINGLE,
    "carried": _SINGLE,
    "integers": (
        'Store floats: dataset = dataset.cast_column("label", datasets.List(datasets.Value("float32"))), and set '
        'model.config.problem_type = "multi_label_classification".'
    ),
    "one": (
        'Give each row the id of its class instead: dataset.map(lambda row: {{"label": row["label"].index(1)}}) on a '
        'fresh column, and set model.config.problem_type = "single_label_classification".'
    ),
}
DEGREE = Degree.ADVICE
SIGNS = ("configuration", "loss negative or of the wrong size")
SEVERAL, ROWS = "multi_label_classification", 50

BAD = LiveScene(options={"labels_as_float": 1}, says="The ids of four topics are stored as floats.")
GOOD = LiveScene(options={"multilabel": 1}, says="Each row has two topics, told by floats.")


def before(census: BatchCensus, config: SavedConfig) -> Finding | NotLooked | None:
    """Compare the labels' form with the loss that they will meet."""
    if census.kind not in ("classes", "multilabel") or census.outputs < 2 or not census.label_type:
        return NotLooked("the labels are no classes")
    if census.own_loss or not config.architecture.endswith("ForSequenceClassification"):
        return None
    variant = _variant(census, config)
    rows = census.given.rows if census.given is not None else 0
    return _finding(Moment.BEFORE, variant, census.outputs, rows, census.label_type) if variant else None


def after(config: SavedConfig, data: DataFacts, validation: Scores | None = None) -> Finding | None:
    """Compare the saved config with rows that have one class each."""
    rows = sum(data.rows.values())
    if config.model.get("problem_type") != SEVERAL or len(data.classes) != config.outputs or rows < ROWS:
        return None
    accuracy = validation.model.scores.get("accuracy") if validation is not None else None
    lost = accuracy is not None and accuracy.value < data.majority_share
    return _finding(Moment.AFTER, "one", config.outputs, rows, lost=lost)


def _variant(census: BatchCensus, config: SavedConfig) -> str:
    """What is wrong; empty where nothing is."""
    if census.kind == "multilabel":
        exclusive = census.given is not None and census.given.several == 0 and census.given.rows >= ROWS
        return "integers" if census.label_type != "float" else "one" if exclusive else ""
    if census.label_type == "float":
        return "floats"
    return "carried" if config.model.get("problem_type") == SEVERAL else ""


def _finding(moment: Moment, variant: str, outputs: int, rows: int, kind: str = "", *, lost: bool = False) -> Finding:
    return Finding(
        failure="multilabel_by_accident",
        moment=moment,
        severity="error" if variant != "one" else "warning" if lost else "note",
        confidence=0.8 if variant == "one" else 1.0,
        numbers={"outputs": outputs, "rows": rows, "type": kind},
        place=Place("column", "label"),
        variant=variant,
    )
