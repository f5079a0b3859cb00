"""The labels say nothing about the texts: shuffled, joined to the wrong rows, or taken from the wrong column.

Symptom
    Nothing helps: no rate, no model, no number of epochs brings validation above guessing. Training loss may still
    fall, by learning the rows by heart.

Why it is silent
    Every row has a text and a valid label. A sort of one file and not of the other, a join on a wrong key or an index
    that was reset raises no error.

Evidence
    After: on the validation rows neither the model nor any baseline that reads the text does better than chance:
    Matthews' correlation within 1.96 / sqrt(n) of zero, and log loss above 95 % of the entropy of the labels.
    Baselines do not depend on the rate, the schedule or the encoder, so that no fault of the run explains this.
    Of a run that another tool made, where its validation rows are at hand, its accuracy must not be above the share of
    the largest class beyond the noise of the rows, nor its loss below 95 % of that entropy; with fewer than 200
    training rows a baseline may fail for want of rows.
    With fewer than 30 rows, or fewer than 10 outside the largest class, chance and signal cannot be told apart, and
    the answer is "not looked".

Fix
    Advice only: which label belongs to which row is not in the data.

Source
    Zhang et al. 2017, https://arxiv.org/abs/1611.03530: networks fit shuffled labels perfectly and learn nothing.
    Chicco & Jurman 2020, https://doi.org/10.1186/s12864-019-6413-7 (Matthews' correlation). setfit #540
    (https://github.com/huggingface/setfit/issues/540) for labels that texts cannot tell.
"""

import math

from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Evaluation, Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.scene import Scene
from luthier.failures._signals import NOTHING_LEARNED, entropy, majority, mcc_noise, score_noise

MESSAGE = {
    "own": (
        "On {rows} {split} rows neither the model nor {best} does better than chance: correlation with the labels "
        "{mcc:.2f} and {best_mcc:.2f}, where guessing reaches {noise:.2f}. The labels (column {column}) say nothing "
        "about the texts."
    ),
    "foreign": (
        "On {rows} {split} rows the run has {accuracy:.0f} % accuracy, where the largest class alone has "
        "{share:.0f} %, and {best} has a correlation with the labels of {best_mcc:.2f}, where guessing reaches "
        "{noise:.2f}. The labels (column {column}) say nothing about the texts."
    ),
}
WHY = (
    "Baselines depend on no rate and no encoder. Where they fail as well, the text does not tell the label: rows "
    "were shuffled, joined wrongly, or the wrong column was taken."
)
NEXT_STEP = (
    "Read twenty rows beside their labels. Then look at how the file was made: a sort or join that moved one "
    "column, an index that was reset; or name another column with --label."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Read twenty rows beside their labels: where a person cannot tell the labels from the texts either, the rows were "
    "joined wrongly."
)
SIGNS = ("loss flat at ln C or at the class entropy, one class predicted", "train falls, eval rises", "data quality")
EXPLAINED_BY = ("conflicting_labels", "too_few_rows_per_class", "labels_spelled_apart", "columns_swapped")
FEWEST_ROWS, FEWEST_OTHERS, FEWEST_TRAINED = 30, 10, 200

BAD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    sabotage="labels shuffled",
    says="The labels of the training rows were shuffled against the texts.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="Each text has its own label.",
)


def after(validation: Scores, plan: Plan | None = None, data: DataFacts | None = None) -> Finding | NotLooked | None:
    """Compare the model and all baselines with chance."""
    model = validation.model
    readers = [b for b in validation.baselines if "majority" not in b.name and "mcc" in b.scores]
    if not readers or not {"mcc", "accuracy"} & set(model.scores):
        return NotLooked("no baseline that reads the text was scored")
    if model.rows != readers[0].rows:
        return NotLooked("the log has no scores on as many rows as were given")
    counts = {name: scores.support for name, scores in (model.per_class or readers[0].per_class).items()}
    share = majority(counts)[1]
    if model.rows < FEWEST_ROWS or sum(counts.values()) * (1 - share) < FEWEST_OTHERS:
        return NotLooked(f"{model.rows} validation rows are too few to tell chance from signal")
    if "mcc" not in model.scores and (data is None or data.rows.get("train", 0) < FEWEST_TRAINED):
        return NotLooked("the training rows are too few for a baseline to show that the texts tell the labels")
    guess = entropy(counts.values())
    if _knows(model, guess, share) or any(_knows(e, guess, share) for e in readers):
        return None
    column = plan.data.label if plan is not None else "label"
    best = max(readers, key=lambda e: e.scores["mcc"].value)
    own = "mcc" in model.scores
    score = {"mcc": model.scores["mcc"].value} if own else {"accuracy": 100 * model.score("accuracy")}
    return Finding(
        failure="labels_shuffled",
        moment=Moment.AFTER,
        severity="error",
        confidence=0.9,
        numbers={
            **score,
            "share": 100 * share,
            "column": column,
            "rows": model.rows,
            "split": model.split,
            "best": best.name,
            "best_mcc": best.scores["mcc"].value,
            "noise": mcc_noise(model.rows),
        },
        place=Place("column", column),
        variant="own" if own else "foreign",
    )


def _knows(evaluation: Evaluation, guess: float, share: float) -> bool:
    """Whether something beats guessing: by its classes, or by its probabilities."""
    scores = evaluation.scores
    if "mcc" in scores and scores["mcc"].value > mcc_noise(evaluation.rows):
        return True
    if "mcc" not in scores and scores["accuracy"].value > share + score_noise(evaluation.rows, share):
        return True
    stated = scores["log_loss"].value if "log_loss" in scores else evaluation.loss
    loss = stated if stated is not None else math.inf
    return guess > 0 and 1 - loss / guess > NOTHING_LEARNED
