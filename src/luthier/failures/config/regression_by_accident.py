"""Classes are trained as numbers on a line, because the head has one output.

Symptom
    The loss falls to some value between 0.2 and 2 and accuracy is the share of class 0, or without meaning.

Why it is silent
    With one output Transformers takes the squared error, whatever the labels mean. It is a loss like any other, and
    class ids are numbers.

Evidence
    Before: one output, the model's own loss, labels that are whole numbers from 0 on without a gap, at most twenty of
    them, and no sign that a number is wanted: problem_type is not "regression", and no error or correlation picks the
    best checkpoint. An error where they are 0 and 1, or where a score of classes picks it; else a warning, and nothing
    is said of more than two whole numbers that are stored as floats, as ratings are.
    After: one output and problem_type "regression", and the evaluation counts a score of classes, such as accuracy, and
    none of numbers; or the rows (`--data`) carry names.

Fix
    Advice only: the number of outputs is given where the model is loaded.

Source
    transformers #27707 (https://github.com/huggingface/transformers/issues/27707) and #19181. Our experiment with
    Transformers 5.24: four topics under one output, as integers or as floats, trained as regression without a word; the
    accuracy after 250 steps was 0.30, the share of class 0. The twenty values are ours.
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.failures._labels import labels_seen, listed, named

MESSAGE = {
    "rows": "The head has 1 output, so the loss is a squared error, and the labels are the {count} ids 0 to {last}.",
    "scores": "The saved head has 1 output, trained on a squared error, and {metric} ({value:.3g}) counts classes.",
    "names": "The saved head has 1 output, and the rows carry {count} classes: {names}.",
}
WHY = "Class 2 counts as twice class 1, and one output cannot say which class is likely."
NEXT_STEP = {
    "rows": (
        "Load the model with num_labels={count}, id2label and label2id, and keep the labels whole numbers. If a number "
        'is wanted, set model.config.problem_type = "regression".'
    ),
    "scores": "Load the model anew with num_labels=N, id2label and label2id, keep the labels whole numbers, and train.",
    "names": "Load the model anew with num_labels={count}, id2label and label2id, and train.",
}
DEGREE = Degree.ADVICE
SIGNS = ("loss falls, score does not", "metric equals the majority share")
MOST = 20
OF_CLASSES = ("accuracy", "acc", "f1", "macro_f1", "f1_macro", "precision", "recall", "mcc", "matthews_correlation")
OF_NUMBERS = ("mse", "rmse", "mae", "pearson", "spearman", "r2", "error", "corr")

BAD = LiveScene(options={"outputs": 1, "metric": 0}, says="Four topics, and a head made with num_labels=1.")
GOOD = LiveScene(says="Four topics under four outputs.")


def before(census: BatchCensus, config: SavedConfig, arguments: Arguments | None = None) -> Finding | NotLooked | None:
    """Look at the labels under one output."""
    if census.kind != "number" or census.own_loss:
        return None
    if not census.label_type:
        return NotLooked("the labels of the batches are not known")
    ids = list(labels_seen(census).train)
    metric = arguments.text("metric_for_best_model") if arguments is not None else ""
    wanted = config.model.get("problem_type") == "regression" or any(name in metric for name in OF_NUMBERS)
    if wanted or not 2 <= len(ids) <= MOST or ids != list(range(len(ids))):
        return None
    chosen = metric.removeprefix("eval_") in OF_CLASSES
    if len(ids) > 2 and census.label_type == "float" and not chosen:
        return None
    sure = chosen or (len(ids) == 2 and census.label_type != "float")
    return _finding(Moment.BEFORE, "rows", {"count": len(ids), "last": len(ids) - 1}, "error" if sure else "warning")


def after(
    config: SavedConfig, validation: Scores | None = None, data: DataFacts | None = None
) -> Finding | NotLooked | None:
    """Look for a score of classes, or classes with names, beside one output."""
    if not config.architecture.endswith("ForSequenceClassification"):
        return NotLooked("the saved model is no classifier of texts")
    if config.outputs != 1 or config.model.get("problem_type") != "regression":
        return None
    if data is not None and named(data.classes):
        return _finding(Moment.AFTER, "names", {"count": len(data.classes), "names": listed(data.classes)}, "error")
    scores = validation.model.scores if validation is not None else {}
    metric = next((name for name in OF_CLASSES if name in scores), None)
    if metric is None or any(part in name for name in scores for part in OF_NUMBERS):
        return None
    return _finding(Moment.AFTER, "scores", {"metric": metric, "value": scores[metric].value}, "error")


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], severity: Severity) -> Finding:
    return Finding(
        failure="regression_by_accident",
        moment=moment,
        severity=severity,
        confidence=0.95 if severity == "error" else 0.8,
        numbers=numbers,
        place=Place("setting", "num_labels"),
        variant=variant,
    )
