"""The model predicts one class for everything.

Symptom
    One filled column in the confusion matrix; accuracy equals the share of that class.

Why it is silent
    On uneven classes that accuracy looks good: 95 % for a model that has never found what it was built for.

Evidence
    During (once half of the run is over) and after: one class takes 99.5 % of the predictions or more, while at
    least five of the rows scored belong to other classes.
    This is a symptom: where a cause was seen as well, that cause is told.

Fix
    Weighs the loss by inverse class frequency and picks the checkpoint by macro-F1, when asked.

Source
    simpletransformers #18 (https://github.com/ThilinaRajapakse/simpletransformers/issues/18): 80/20, class 0 for
    every row. transformers #3456 (https://github.com/huggingface/transformers/issues/3456): only the most frequent
    label. King & Zeng 2001 (weights).
"""

from luthier.facts.evaluation import Evaluation, Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.facts.trace import Trace
from luthier.failures._causes import NOT_LEARNED
from luthier.failures._fixes import repaired
from luthier.failures._scored import scored_late

MESSAGE = (
    "{predicted:.1f} % of the {rows} {split} rows are predicted as {label}, and {others} of them belong to other "
    "classes. Accuracy is {accuracy:.1f} %, which says how frequent {label} is."
)
WHY = "The model tells no texts apart. Its accuracy is the share of one class."
NEXT_STEP = (
    "Train with train.class_weights=true and train.metric=macro_f1 (the fix does that when asked). Where the "
    "classes are even, train longer or start from another seed."
)
DEGREE = Degree.WHEN_ASKED
EXPERIMENT = (
    "Print the logits of ten texts of different classes: if they differ by less than 0.01, the encoder is constant; "
    "if they differ, class weights or more steps help."
)
SIGNS = ("metric equals the majority share", "loss flat at ln C or at the class entropy, one class predicted")
EXPLAINED_BY = (*NOT_LEARNED, "stuck_at_chance")
ALL, OTHERS = 0.995, 5

BAD = Scene(
    corpus="reviews",
    rows=300,
    settings={
        "strategy.name": "full",
        "train.rate": 1e-5,
        "train.head_rate": 1e-4,
        "train.class_weights": False,
        "train.epochs": 3,
        "data.validation_share": 0.2,
        "data.test_share": 0.2,
    },
    options={"imbalance": 0.92},
    says="Eight in a hundred reviews are good, and the run is too gentle to find them.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={
        "strategy.name": "full",
        "train.class_weights": True,
        "train.epochs": 4,
        "data.validation_share": 0.2,
        "data.test_share": 0.2,
    },
    options={"imbalance": 0.8},
    says="Twenty in a hundred are good, and the classes weigh alike in the loss.",
)


def during(trace: Trace) -> Finding | None:
    """Look at the last evaluation, once half of the run is over."""
    if not scored_late(trace):
        return None
    step, evaluation = trace.evaluations[-1]
    return _look(Moment.DURING, evaluation, step)


def after(validation: Scores) -> Finding | NotLooked | None:
    """Look at the validation scores."""
    if not validation.model.predicted_share or not validation.model.per_class:
        return NotLooked("the scores say nothing of single classes")
    return _look(Moment.AFTER, validation.model, None)


def _look(moment: Moment, evaluation: Evaluation, step: int | None) -> Finding | None:
    if not evaluation.predicted_share or not evaluation.per_class:
        return None
    label = max(evaluation.predicted_share, key=lambda name: evaluation.predicted_share[name])
    share = evaluation.predicted_share[label]
    others = evaluation.rows - (evaluation.per_class[label].support if label in evaluation.per_class else 0)
    if share < ALL or others < OTHERS:
        return None
    right = (evaluation.rows - others) / evaluation.rows
    accuracy = evaluation.scores["accuracy"].value if "accuracy" in evaluation.scores else right
    return Finding(
        failure="one_class_predicted",
        moment=moment,
        severity="error" if moment is Moment.AFTER else "warning",
        confidence=0.95,
        numbers={
            "predicted": 100 * share,
            "rows": evaluation.rows,
            "split": evaluation.split,
            "label": label,
            "others": others,
            "accuracy": 100 * accuracy,
        },
        place=Place("split", evaluation.split, step=step),
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Weigh the classes alike, in the loss and in the choice of the checkpoint."""
    why = "the other classes must count in the loss"
    return repaired(plan, "train", {"class_weights": True, "metric": "macro_f1"}, why)
