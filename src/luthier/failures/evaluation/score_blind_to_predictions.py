"""The metric gives right predictions and wrong ones the same score.

Symptom
    A score that never moves, perfect from the first evaluation on, or the same for every model.

Why it is silent
    compute_metrics is code of the user, and whatever it returns is logged. One that compares labels with themselves, or
    looks at the first row alone, returns a number as good as any.

Evidence
    Before: the run's own metrics are given the labels of a few evaluation rows as predictions, then the same labels
    with each value replaced by another one. Seen where an accuracy, F1, ROUGE or the like is the same for both, where
    the wrong ones score higher, or where the best value comes of predictions of which only the first row is right
    (not of precision and recall, for which one right row may be enough). BLEU that looks at the first row is a failure
    of its own.

Fix
    Advice only: the metric is code of the user.

Source
    composer PR #1913 (https://github.com/mosaicml/composer/pull/1913), sacrebleu #275: metrics that look at other
    places than the predictions. Our experiment: the accuracy of labels against themselves is 1.0 for right predictions
    and for wrong ones.
"""

from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts
from luthier.failures._scored import SELF_TEST, TESTED

MESSAGE = {
    "alike": "{metric} is {value:.3g} for right predictions, and {other:.3g} for predictions that are all wrong.",
    "first row": "{metric} is {value:.3g} for right predictions, and {other:.3g} where the first row alone is right.",
}
WHY = "The score does not depend on what the model predicts; the best checkpoint by it is any checkpoint."
NEXT_STEP = (
    "Call compute_metrics twice, with the labels as predictions and with the labels reversed: {metric} must be 1, then "
    "less. Look for labels compared with labels, and for [0] where all rows are meant."
)
DEGREE = Degree.ADVICE
SIGNS = ("score looks too good", "loss falls, score does not")
EXPLAINED_BY = (
    "references_misshaped",
    "rouge_drops_script",
    "bleu_tokenizer_unfit",
    "token_accuracy_misaligned",
    "score_exactly_zero",
)
ONE_ROW = ("precision", "recall")

BAD = LiveScene(
    options={"scored_by": "accuracy of the labels"},
    trial=True,
    says="compute_metrics compares the labels with themselves.",
)
GOOD = LiveScene(trial=True, says="It compares the labels with the predictions.")


def before(trial: TrialFacts) -> Finding | None:
    """Compare what right predictions, wrong ones and half right ones score."""
    experiment = trial.ran(SELF_TEST)
    scores = {name: one for name, one in (experiment.numbers if experiment else {}).items() if isinstance(one, float)}
    for name, right in scores.items():
        kind, _, metric = name.partition(" ")
        if kind != "right" or not any(word in metric.lower() for word in TESTED):
            continue
        wrong, first = scores.get(f"wrong {metric}"), scores.get(f"first {metric}")
        if wrong is not None and wrong >= right > 0:
            return _finding("alike", metric, right, wrong)
        if first is not None and first >= right > 0 and not any(word in metric.lower() for word in ONE_ROW):
            return _finding("first row", metric, right, first)
    return None


def _finding(variant: str, metric: str, value: float, other: float) -> Finding:
    return Finding(
        failure="score_blind_to_predictions",
        moment=Moment.BEFORE,
        severity="error",
        confidence=0.95,
        numbers={"metric": metric, "value": value, "other": other},
        place=Place("setting", "compute_metrics"),
        variant=variant,
    )
