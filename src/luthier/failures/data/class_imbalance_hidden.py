"""Accuracy looks good because one class is frequent, and a rare class is lost.

Symptom
    80 or 99 % accuracy, and the class that matters is hardly ever found.

Why it is silent
    Accuracy weighs rows, not classes. Where one class holds most rows, a model that knows that class alone looks
    good, and the checkpoint with the best accuracy may be the one that has given the rare class up.

Evidence
    Before: accuracy picks the checkpoint, and either one class holds 60 % of the training rows or more, or losing
    the rarest class for good would cost less accuracy than noise does on the validation rows (1.96 * sqrt(p(1-p)/n)
    at p = 0.9) while the largest class is at least three times as frequent.
    After: a class with less than half of its even share of rows, whose recall is below one half even at the upper
    end of its 95 % interval (Clopper & Pearson 1934), while accuracy is above one half. Or accuracy is the only score
    in the log, one class holds 60 % of the training rows or more, and accuracy is not above that share beyond the
    noise of the rows.

Fix
    Picks the checkpoint by macro-F1, which weighs classes alike, and weighs the loss by inverse class frequency, when
    asked: weights trade precision for recall and shift the probabilities.

Source
    simpletransformers #18 (https://github.com/ThilinaRajapakse/simpletransformers/issues/18): 80/20, only the first
    class was ever predicted. setfit #161 and #204 (https://github.com/huggingface/setfit/issues/161): 99.2/0.8,
    accuracy used by mistake. King & Zeng 2001 (weights). The 60 % and the threefold are our choice: below them,
    accuracy of a guess stays visibly poor.
"""

from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Evaluation, Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.failures._fixes import repaired
from luthier.failures._rare import lost_classes
from luthier.failures._signals import majority, score_noise

MESSAGE = {
    "before": (
        "Accuracy picks the checkpoint (train.metric), but {largest} holds {percent:.1f} % of the training rows and"
        " {rarest} only {rare_rows} of them: always answering {largest} scores {percent:.1f} % accuracy."
    ),
    "after": (
        "Accuracy on {split} is {accuracy:.1f} %, but of the {support} rows of class {rarest} only {found} are found."
    ),
    "alone": (
        "Accuracy is the only score, {accuracy:.1f} % on {split}; {largest} holds {percent:.1f} % of the training "
        "rows, and always answering it scores as much."
    ),
}
WHY = {
    "before": "The best accuracy may belong to a model that never finds {rarest}.",
    "after": (
        "Accuracy hides it: all rows of {rarest} together are {percent:.1f} % of the rows. Macro-F1 is "
        "{macro_f1:.1f} %."
    ),
    "alone": "Nobody can see whether {rarest} with its {rare_rows} rows is ever found.",
}
NEXT_STEP = {
    "before": "Set train.metric=macro_f1 and train.class_weights=true (the fix does both when asked).",
    "after": (
        "Train with train.class_weights=true and train.metric=macro_f1 (the fix does both when asked), or collect "
        "rows of {rarest}."
    ),
    "alone": (
        "Score macro-F1 beside accuracy, pick the checkpoint by it (the fix does that when asked), and look at the "
        "confusion matrix."
    ),
}
DEGREE = Degree.WHEN_ASKED
SIGNS = ("metric equals the majority share", "score looks too good")
EXPLAINED_BY = (
    "multilabel_by_accident",
    "loss_not_finite",
    "labels_shuffled",
    "rate_never_arrives",
    "frozen_encoder_tiny_rate",
    "rate_too_high_collapse",
    "too_few_steps",
    "rows_identical_after_truncation",
    "unknown_tokens",
    "one_class_predicted",
    "stuck_at_chance",
)
LARGE_SHARE = 0.6
UNEVEN = 3.0

BAD = Scene(
    corpus="reviews",
    rows=300,
    options={"imbalance": 0.9},
    settings={"train.metric": "accuracy"},
    train=False,
    says="Nine of ten reviews are good, and accuracy picks the checkpoint.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    options={"imbalance": 0.9},
    settings={"train.metric": "macro_f1"},
    train=False,
    says="The same rows; macro-F1 picks the checkpoint.",
)


def before(data: DataFacts, plan: Plan) -> Finding | None:
    """Look at what picks the checkpoint."""
    counts = _counts(data)
    if plan.train.metric != "accuracy" or len(counts) < 2:
        return None
    largest, share = majority(counts)
    rarest = min(counts, key=lambda label: counts[label])
    scored = data.rows.get("validation", 0)
    unseen = scored > 0 and counts[rarest] / sum(counts.values()) < score_noise(scored)
    uneven = counts[largest] >= UNEVEN * counts[rarest]
    if share < LARGE_SHARE and not (unseen and uneven):
        return None
    return _finding(Moment.BEFORE, "before", 1.0, Place("setting", "train.metric"), _of_rows(counts))


def after(validation: Scores, test: Scores | None = None, data: DataFacts | None = None) -> Finding | NotLooked | None:
    """Look for a rare class that is lost behind a good accuracy, or may be."""
    model = (test or validation).model
    if not model.per_class:
        return _alone(model, data) if data is not None else NotLooked("the scores say nothing of single classes")
    accuracy = model.scores["accuracy"].value if "accuracy" in model.scores else 0.0
    lost = sorted(lost_classes(model), key=lambda item: item[1])
    if not lost or accuracy < 0.5:
        return None
    name, recall, support = lost[0]
    numbers: dict[str, Number] = {
        "split": model.split,
        "accuracy": 100 * accuracy,
        "macro_f1": 100 * (model.scores["macro_f1"].value if "macro_f1" in model.scores else 0.0),
        "rarest": name,
        "support": support,
        "found": round(recall * support),
        "percent": 100 * support / model.rows,
    }
    return _finding(Moment.AFTER, "after", 0.95, Place("split", model.split), numbers)


def _alone(model: Evaluation, data: DataFacts) -> Finding | None:
    counts = _counts(data)
    if set(model.scores) != {"accuracy"} or len(counts) < 2:
        return None
    share, accuracy = majority(counts)[1], model.scores["accuracy"].value
    if share < LARGE_SHARE or accuracy > share + score_noise(model.rows, share):
        return None
    numbers = {**_of_rows(counts), "accuracy": 100 * accuracy, "split": model.split}
    return _finding(Moment.AFTER, "alone", 0.8, Place("split", model.split), numbers)


def _counts(data: DataFacts) -> dict[str, int]:
    return {label: rows for label, rows in data.class_counts.get("train", {}).items() if rows}


def _of_rows(counts: dict[str, int]) -> dict[str, Number]:
    largest, share = majority(counts)
    rarest = min(counts, key=lambda label: counts[label])
    return {"largest": largest, "percent": 100 * share, "rarest": rarest, "rare_rows": counts[rarest]}


def _finding(moment: Moment, variant: str, sure: float, place: Place, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="class_imbalance_hidden",
        moment=moment,
        severity="warning",
        confidence=sure,
        numbers=numbers,
        place=place,
        variant=variant,
    )


def fix(plan: Plan, finding: Finding) -> Plan:
    """Pick the checkpoint by macro-F1 and weigh the classes."""
    why = "a rare class must count as much as a frequent one"
    return repaired(plan, "train", {"metric": "macro_f1", "class_weights": True}, why)
