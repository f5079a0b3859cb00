"""No label of a multi-label classifier reaches the threshold of 0.5, so that it predicts none.

Symptom
    F1, precision and recall are 0, or close to it, while the area under the ROC curve is good and the loss falls.

Why it is silent
    Where each row has few of many labels, all probabilities stay small, and the ranking of labels can be right below
    0.5. The threshold is a habit of the tutorials and stands in compute_metrics, where nobody looks for it.

Evidence
    During (once half of the run is over) and after: the config says multi_label_classification, F1 is below 0.02 in the
    last evaluation, and the area under the ROC curve is 0.6 or more. Where no area was measured, the evaluation loss
    has fallen by a tenth or more, which is told with less confidence. The three borders are ours.

Fix
    Advice only: a threshold for each label, chosen on the validation rows.

Source
    setfit #340 (https://github.com/huggingface/setfit/issues/340): some 40 % of the rows get no label. Our experiment:
    2,000 drawn rows with one of 20 labels each, 96 % of them ranked rightly, no probability above 0.49: F1 is 0.0 at a
    threshold of 0.5 and 0.91 at 0.15.
"""

from luthier.facts.arguments import Plain
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._scored import NOTHING, highest, scored_late

MESSAGE = {
    "ranked": (
        "{metric} is {value:.3g} at step {step} while {ranking} is {area:.3f}: labels are ranked rightly, and none "
        "reaches the threshold."
    ),
    "falling": (
        "{metric} is {value:.3g} at step {step} while the evaluation loss fell from {first:.3f} to {last:.3f}: no "
        "label reaches the threshold."
    ),
}
WHY = "The model has learned something, and the threshold hides it: most rows get no label at all."
NEXT_STEP = (
    "In compute_metrics choose a threshold for each label on the validation rows "
    "(sklearn.metrics.precision_recall_curve), or take the most likely label where each row must have "
    "one; use the same in production."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Score the same predictions at a threshold of 0.1: {metric} rises if this is the cause."
SIGNS = ("metric exactly 0 with a good loss", "loss falls, score does not")
EXPLAINED_BY = ("loss_not_finite", "rate_never_arrives", "nothing_supervised")
RANKED, FALL = 0.6, 0.9

_MANY: dict[str, Plain] = {"problem_type": "multi_label_classification"}
_SETTINGS: dict[str, Plain] = {"metric_for_best_model": "roc_auc"}

BAD = RunScene(
    arguments=_SETTINGS,
    config=_MANY,
    log={"metric": "roc_auc", "first": 0.6, "last": 0.88, "scores": "f1 0 0, precision 0 0, recall 0 0"},
    says="Rows with few of the labels, judged at 0.5.",
)
GOOD = RunScene(
    arguments=_SETTINGS,
    config=_MANY,
    log={"metric": "roc_auc", "first": 0.6, "last": 0.88, "scores": "f1 0 0.64, precision 0 0.7, recall 0 0.6"},
    says="The same rows, judged at a threshold that was chosen for each label.",
)


def during(trace: Trace, config: SavedConfig) -> Finding | NotLooked | None:
    """Look at the last evaluation, once half of the run is over."""
    return _look(Moment.DURING, trace, config) if scored_late(trace) else None


def after(trace: Trace, config: SavedConfig) -> Finding | NotLooked | None:
    """Look at the last evaluation."""
    return _look(Moment.AFTER, trace, config)


def _look(moment: Moment, trace: Trace, config: SavedConfig) -> Finding | NotLooked | None:
    if config.model.get("problem_type") != "multi_label_classification":
        return None
    if not trace.evaluations:
        return NotLooked("the log holds no evaluation")
    step, last = trace.evaluations[-1]
    score, ranking = highest(("f1",), Scores(last)), highest(("auc",), Scores(last))
    first, now = trace.evaluations[0][1].loss, last.loss
    fell = first is not None and now is not None and now < FALL * first
    if score is None or score.share >= NOTHING or (ranking.share < RANKED if ranking is not None else not fell):
        return None
    return Finding(
        failure="threshold_predicts_nothing",
        moment=moment,
        severity="error" if moment is Moment.AFTER else "warning",
        confidence=0.95 if ranking is not None else 0.7,
        numbers={
            "metric": score.name,
            "value": score.value,
            "step": step,
            **({"ranking": ranking.name, "area": ranking.value} if ranking is not None else {}),
            **({"first": first, "last": now} if first is not None and now is not None else {}),
        },
        place=Place("setting", "compute_metrics", step=step),
        variant="ranked" if ranking is not None else "falling",
    )
