"""Scores are counted with other class ids than the loss: the model is right, under the wrong names.

Symptom
    The evaluation loss falls as it should, and accuracy is far below chance, or near 1 minus what was expected. The
    confusion matrix is full in the wrong cells.

Why it is silent
    The loss knows the right ids, so that training works. Ids are turned into names, or predictions into ids, by another
    list in the metric, and a low score looks like a bad model.

Evidence
    During and after: of a wrong answer, the right class has a probability of 1/2 at most, so that it costs ln 2 of loss
    or more. Hence the share of wrong answers is at most loss / ln 2, label smoothing allowed for. Seen when the log
    says 1.15 times as many and more: an error where accuracy is also below chance beyond the noise of its rows, a
    warning from half of the rows on, since a loss of one's own (focal, weighted) may lie a little lower. Where the
    confusion matrix is known: one column is fullest for each class, all different and not its own.
    After, an error: accuracy is below chance beyond the noise of its rows although the training loss ended below 60 %
    of that of guessing: what is scored has its classes in another order than what was trained on.

Fix
    Advice only: the metric is code of the user.

Source
    fairseq #1082 (https://github.com/facebookresearch/fairseq/issues/1082): 0.95 in training, negative served as
    positive. transformers #14230. The bound is arithmetic; 1.15 and the half are ours.
"""

import math

from luthier.facts.evaluation import Evaluation, Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place, Severity
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._signals import at_the_end, classes_of, score_noise

MESSAGE = {
    "bound": (
        "A loss of {loss:.3g} allows at most {allowed:.0f} % wrong answers, and the score says {wrong:.0f} %: it is "
        "counted with other class ids than the loss."
    ),
    "inverted": (
        "The training loss fell to {loss:.3g}, and {right:.0f} % of {rows} answers are right where guessing gives "
        "{chance:.0f} %: the rows that are scored have other class ids than those that were trained on."
    ),
    "table": (
        "Each of the {classes} classes is predicted mostly as one other, {right:.0f} % of the rows in all, such as "
        "{gold} as {other}: they are told apart, and misnamed."
    ),
}
WHY = "The model is better than its score says, and whoever uses this list of names gets wrong ones."
NEXT_STEP = (
    "In compute_metrics print predictions.argmax(-1)[:10] beside label_ids[:10]; then make one list of classes and "
    "take the labels, model.config.id2label and the metric from it."
)
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Count pairs of label and prediction: one other class for each class means that a list is in another order."
)
SIGNS = ("confusion matrix is a permutation", "loss falls, score does not")
EXPLAINED_BY = ("labels_unlike_checkpoint", "label_order_unstable", "shortcut_word")
SENTENCES = "ForSequenceClassification"
MARGIN, HALF, CLEAR = 1.15, 0.5, 0.6
LEARNED = 0.6

BAD = RunScene(
    log={"first": 0.31, "last": 0.03},
    says="compute_metrics counts the topics in another order than the labels.",
)
GOOD = RunScene(says="It counts them in the same order.")


def during(trace: Trace, config: SavedConfig | None = None, plan: Plan | None = None) -> Finding | NotLooked | None:
    """Look at the last evaluation."""
    if not trace.evaluations:
        return None
    step, evaluation = trace.evaluations[-1]
    return _look(Moment.DURING, evaluation, config, plan, step)


def after(
    validation: Scores, config: SavedConfig | None = None, plan: Plan | None = None, trace: Trace | None = None
) -> Finding | NotLooked | None:
    """Look at the scores at the end."""
    found = _look(Moment.AFTER, validation.model, config, plan, None)
    return _inverted(validation.model, config, trace) or found if not isinstance(found, Finding) else found


def _inverted(scored: Evaluation, config: SavedConfig | None, trace: Trace | None) -> Finding | None:
    """Worse than guessing on what is scored, and certain of what was trained on."""
    classes = classes_of(config) if config is not None and config.architecture.endswith(SENTENCES) else 1
    accuracy = scored.scores.get("accuracy")
    if classes < 2 or accuracy is None or trace is None or not len(trace):
        return None
    loss = float(at_the_end(trace).mean())
    if not loss < LEARNED * math.log(classes) or not _below(accuracy.value, classes, scored.rows):
        return None
    numbers: dict[str, Number] = {
        "loss": loss,
        "right": 100 * accuracy.value,
        "rows": scored.rows,
        "chance": 100 / classes,
    }
    return _finding(Moment.AFTER, "inverted", numbers, "error", scored.split, None)


def _look(
    moment: Moment, scored: Evaluation, config: SavedConfig | None, plan: Plan | None, step: int | None
) -> Finding | NotLooked | None:
    if len(scored.confusion) > 1:
        numbers = _misnamed(scored)
        return _finding(moment, "table", numbers, "error", scored.split, step) if numbers else None
    classes = classes_of(config) if config is not None and config.architecture.endswith(SENTENCES) else 1
    accuracy = scored.scores.get("accuracy")
    if classes < 2 or accuracy is None or scored.loss is None or not 0 <= accuracy.value <= 1 or not scored.loss >= 0:
        return NotLooked("no accuracy and loss of a classifier of texts")
    smoothing = plan.train.label_smoothing if plan is not None else 0.0
    allowed, wrong = scored.loss / ((1 - min(smoothing, 0.9)) * math.log(2)), 1 - accuracy.value
    below = _below(accuracy.value, classes, scored.rows)
    if wrong <= MARGIN * allowed or not (below or wrong >= HALF):
        return None
    bound: dict[str, Number] = {"loss": scored.loss, "allowed": 100 * allowed, "wrong": 100 * wrong}
    return _finding(moment, "bound", bound, "error" if below else "warning", scored.split, step)


def _below(accuracy: float, classes: int, rows: int) -> bool:
    """Whether it is below chance by more than the noise of so many rows."""
    return accuracy < 1 / classes - score_noise(rows, 1 / classes)


def _misnamed(scored: Evaluation) -> dict[str, Number]:
    """Numbers of a confusion matrix in which most rows of every class stand in one other column of its own."""
    table = scored.confusion
    fullest = [row.index(max(row)) for row in table]
    total, right = sum(map(sum, table)), sum(map(max, table))
    hits = sum(row[gold] for gold, row in enumerate(table))
    own = any(gold == at for gold, at in enumerate(fullest))
    if own or len(set(fullest)) < len(fullest) or right < CLEAR * total or not _below(hits / total, len(table), total):
        return {}
    names = list(scored.per_class) or [str(number) for number in range(len(fullest))]
    return {
        "classes": len(fullest),
        "right": 100 * right / total,
        "gold": names[0],
        "other": names[fullest[0]],
    }


def _finding(
    moment: Moment, variant: str, numbers: dict[str, Number], severity: Severity, split: str, step: int | None
) -> Finding:
    return Finding(
        failure="labels_permuted",
        moment=moment,
        severity=severity,
        confidence=0.95 if severity == "error" else 0.8,
        numbers=numbers,
        place=Place("split", split, step=step),
        variant=variant,
    )
